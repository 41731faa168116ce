package backtest

import (
	"encoding/json"
	"time"

	"vestnik/internal/news"
)

// MarshalJSON writes an example without the item's text and without offsets: evidence is told by its words.
func (e Example) MarshalJSON() ([]byte, error) {
	type hit struct {
		Term    string  `json:"term"`
		Profile string  `json:"profile,omitempty"`
		Surface string  `json:"surface"`
		Field   string  `json:"field"`
		Rule    string  `json:"rule"`
		Weight  float64 `json:"weight"`
	}
	type match struct {
		Score    float64 `json:"score"`
		Over     bool    `json:"over"`
		Hits     []hit   `json:"hits"`
		Excluded []hit   `json:"excluded,omitempty"`
	}
	hits := func(list []news.Hit) []hit {
		out := make([]hit, len(list))
		for i, h := range list {
			out[i] = hit{h.Term, h.Profile, h.Surface, h.Field, h.Rule, h.Weight}
		}
		return out
	}
	of := func(m news.Match) *match { return &match{m.Score, m.Over, hits(m.Hits), hits(m.Excluded)} }
	out := struct {
		ID        int64     `json:"id"`
		Published time.Time `json:"published"`
		Feed      string    `json:"feed"`
		Outlet    string    `json:"outlet"`
		Title     string    `json:"title"`
		Link      string    `json:"link"`
		Now       *match    `json:"now"`
		Was       *match    `json:"was"` // null: it had no evidence then
		NotNow    string    `json:"not_now,omitempty"`
		NotWas    string    `json:"not_was,omitempty"`
	}{ID: e.Item.ID, Published: e.Item.Published, Feed: e.Item.FeedID, Outlet: e.Feed.Outlet, Title: e.Item.Title, Link: e.Item.Link, Now: of(e.Now),
		NotNow: e.NotNow, NotWas: e.NotWas}
	if e.Known {
		out.Was = of(e.Was)
	}
	return json.Marshal(out)
}
