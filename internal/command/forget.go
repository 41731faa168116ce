package command

import "context"

// forgetMe asks before it deletes.
func forgetMe(_ context.Context, t *talk) ([]Reply, error) {
	return []Reply{{Doc: t.say("forget.ask"), Buttons: [][]Button{
		button(t.loc.Text("forget.yes"), press{verbForget, []int64{1}, ""}),
		button(t.loc.Text("forget.no"), press{verbForget, []int64{0}, ""}),
	}}}, nil
}

// forgetPressed answers a yes with a toast alone: a message would have to be written down first, and the chat would be remembered by it.
func forgetPressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	if p.numbers[0] != 1 {
		return []Reply{{Doc: t.say("forget.kept"), Edit: true}}, nil
	}
	if err := t.Chats.Forget(ctx, t.base); err != nil {
		return nil, err
	}
	return t.toast("forget.done"), nil
}
