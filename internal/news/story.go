package news

import "time"

// A Story is items from any outlet that tell the same event. An item belongs to one story at most; one that is on no watchlist belongs to none.
type Story struct {
	ID    int64
	Began time.Time // when its first item was published
	Last  time.Time // when its newest item was
	Items []StoryItem
}

// A StoryItem is an item within its story.
type StoryItem struct {
	Found

	// Copy is true when the item repeats an earlier one of the story nearly word for word, as wire copy does.
	Copy bool
	// Tie says what tied the item to the story, in terms a person can check ("copy .83", "event tokayev lukashenko 5 Minsk"); "" for the first.
	Tie string
}
