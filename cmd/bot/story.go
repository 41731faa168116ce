package main

import (
	"context"
	"fmt"

	"vestnik/internal/store"
	"vestnik/internal/story"
)

// stories is how the store tells stories apart, with the prints of p.
func stories(p *story.Printer) *store.Stories {
	return &store.Stories{Index: func(items int) store.StoryIndex { return story.NewIndex(items) }, Print: p.Print}
}

// tellStories finds the stories of items that were written without: of the backlog of new feeds, and of watchlists that are new.
func (a *app) tellStories(ctx context.Context) error {
	for {
		done, left, err := a.store.TellStories(ctx, storyBatch)
		if err != nil {
			return fmt.Errorf("find the stories of stored items: %w", err)
		}
		if done == 0 || left == 0 {
			return nil
		}
	}
}

// storyBatch is how many items get their stories in one transaction: well below 0.1 s in which polls wait to commit.
const storyBatch = 250
