package feeds

import (
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestCountryZones(t *testing.T) {
	for country, zone := range capitalZone {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("%s: %v", country, err)
		}
	}
}

// TestLocalDates: a date without a zone is one of the outlet's country unless its line says otherwise, and one that lies ahead is told of all the same.
func TestLocalDates(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 35, 0, 0, time.UTC) // 8:35 in Almaty
	doc := rss("", strings.Replace(item("1", "https://example.kz/1", "Тоқаев Минскіде", ""), "</item>", "<pubDate>23 ноября 2026, 08:25</pubDate></item>", 1))
	for _, tt := range []struct {
		feed     news.Feed
		want     time.Time
		zone     string
		zoneless int
	}{
		{news.Feed{Country: "KZ"}, now.Add(-10 * time.Minute), "Asia/Almaty", 1},
		{news.Feed{Country: "US", Timezone: "Asia/Almaty"}, now.Add(-10 * time.Minute), "Asia/Almaty", 1},
		{news.Feed{Country: "US"}, now, "UTC", 1},
		{news.Feed{Country: "BY"}, now, "Europe/Minsk", 1},
		{news.Feed{Country: "KZ", Timezone: "Asia/Vladivostok"}, time.Date(2026, 11, 22, 22, 25, 0, 0, time.UTC), "Asia/Vladivostok", 1},
	} {
		d, err := New(Options{}).Parse(t.Context(), []byte(doc), "", "", tt.feed, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Items[0].Published; !got.Equal(tt.want) || d.Zone != tt.zone || d.Zoneless != tt.zoneless {
			t.Errorf("%s %q: published %v, %d without a zone read in %s; want %v, %d, %s", tt.feed.Country, tt.feed.Timezone, got, d.Zoneless, d.Zone, tt.want, tt.zoneless, tt.zone)
		}
	}
}
