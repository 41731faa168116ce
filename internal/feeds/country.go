package feeds

// capitalZone is the zone of the dates of an outlet that name none, by the country of its home: that of the capital, by which the news of a country is
// dated. Countries are those whose outlets a feed of this region may belong to; of others, and where "home" says nothing of where an article is dated
// (the United States' broadcasters abroad), nothing is assumed. Names are those of the IANA time zone database.
var capitalZone = map[string]string{
	"AM": "Asia/Yerevan", "AT": "Europe/Vienna", "AZ": "Asia/Baku", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "BY": "Europe/Minsk",
	"CH": "Europe/Zurich", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "EE": "Europe/Tallinn", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
	"GE": "Asia/Tbilisi", "KG": "Asia/Bishkek", "KZ": "Asia/Almaty", "LT": "Europe/Vilnius", "LV": "Europe/Riga", "MD": "Europe/Chisinau",
	"PL": "Europe/Warsaw", "RO": "Europe/Bucharest", "RU": "Europe/Moscow", "SE": "Europe/Stockholm", "SK": "Europe/Bratislava", "TJ": "Asia/Dushanbe",
	"TM": "Asia/Ashgabat", "TR": "Europe/Istanbul", "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}
