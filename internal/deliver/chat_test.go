package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/store"
)

const (
	person  = "telegram:7"
	group   = "telegram:-100"
	topic   = "telegram:-100:42"
	channel = "telegram:@channel"
)

// A desk is a sender over a real store with a clock that only the test moves.
type desk struct {
	t     *testing.T
	st    *store.Store
	sink  *screen
	deps  Deps
	lease news.Lease
	now   time.Time
}

func newDesk(t *testing.T, chats ...string) *desk {
	d := &desk{t: t, st: open(t, db(t), chats...), sink: &screen{}, now: time.Now().Truncate(time.Second)}
	d.lease = lease(t, d.st, "x")
	d.deps = Deps{Store: d.st, Sink: d.sink, Now: func() time.Time { return d.now }, Memory: NewMemory(TelegramLimits())}
	d.kind(person, news.ChatPrivate)
	d.flush() // reads the store; what is frozen from now on cannot be an earlier sender's
	return d
}

func (d *desk) kind(chat string, kind news.ChatKind) {
	d.t.Helper()
	if err := d.st.SaveChat(d.t.Context(), news.Chat{Address: chat, Kind: kind}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) say(chat string, texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if _, err := d.st.Enqueue(d.t.Context(), news.Message{Chat: chat, Text: text, Created: d.now}); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *desk) flush() Summary {
	d.t.Helper()
	sum, err := Flush(d.t.Context(), d.deps, d.lease)
	if err != nil {
		d.t.Fatal(err)
	}
	return sum
}

// all flushes, each time when the one before said, until nothing is left or it would take longer than patience.
func (d *desk) all(patience time.Duration) (all Summary) {
	d.t.Helper()
	end := d.now.Add(patience)
	for range 10_000 {
		sum := d.flush()
		all.add(sum)
		if sum.Next.IsZero() || sum.Next.After(end) {
			return all
		}
		d.now = later(d.now, sum.Next)
	}
	d.t.Fatal("flushes do not end")
	return all
}

func (d *desk) got(chat string, want ...string) {
	d.t.Helper()
	if got := d.sink.to(chat); !slices.Equal(got, want) {
		d.t.Errorf("%s got %q, want %q", chat, got, want)
	}
}

func (d *desk) restart() { d.deps.Memory = NewMemory(TelegramLimits()) }

// numbered gives "1", "2" … n.
func numbered(n int) (titles []string) {
	for i := range n {
		titles = append(titles, fmt.Sprint(i+1))
	}
	return titles
}

func TestFlushOneMessageAChatInTurn(t *testing.T) {
	d := newDesk(t, person, topic, "telegram:-100:43")
	owe(t, d.st, "1", "2")
	d.say(person, "reply", "later reply")
	sum := d.flush()
	if sum.Sent != 2 || sum.Next.Sub(d.now) != TelegramLimits().Chat.Per {
		t.Errorf("summary %+v, next after %v", sum, sum.Next.Sub(d.now))
	}
	d.got(person, "reply")
	d.got(topic, "1")
	if again := d.flush(); again.Sent != 0 || !again.Next.Equal(sum.Next) {
		t.Errorf("at the same moment %+v", again)
	}
	d.now = sum.Next
	d.flush()
	d.got(person, "reply", "later reply")
	d.got("telegram:-100:43", "1") // topics share their chat's turns, the longest owed first
	sum = d.all(time.Minute)
	if !sum.Next.IsZero() {
		t.Errorf("nothing is left, and the next is due at %v", sum.Next)
	}
	d.got(person, "reply", "later reply", "1", "2")
	d.got(topic, "1", "2")
	d.got("telegram:-100:43", "1", "2")
	if m := d.sink.posted[len(d.sink.posted)-1]; !strings.HasPrefix(m.Markup, "markup of ") {
		t.Errorf("the buttons were lost: %+v", m)
	}
	check(t, d.st, "owed 0 frozen 0 sent 6 skipped 0 unsent 0")
}

// A sender that starts knows what went out just before, also the message that may have been under way, and a clock that was set back does not stop it.
func TestFlushAfterARestartWaitsItsTurn(t *testing.T) {
	for name, tt := range map[string]struct {
		at   time.Duration // of the restart, after the message
		want time.Duration // until the next one, from the restart
	}{
		"at once":                  {0, 1050 * time.Millisecond},
		"half a second later":      {500 * time.Millisecond, 550 * time.Millisecond},
		"two seconds later":        {2 * time.Second, 0},
		"an hour before, it seems": {-time.Hour, 1050 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, person)
			owe(t, d.st, "1", "2")
			d.flush()
			d.now = d.now.Add(tt.at)
			d.restart()
			if sum := d.flush(); tt.want > 0 && (sum.Sent != 0 || sum.Next.Sub(d.now) != tt.want) || tt.want == 0 && sum.Sent != 1 {
				t.Errorf("summary %+v, next after %v, want %v", sum, sum.Next.Sub(d.now), tt.want)
			}
		})
	}
	d := newDesk(t, person)
	d.say(person, "under way?")
	d.restart()
	if sum := d.flush(); sum.Sent != 0 || sum.Next.Sub(d.now) != time.Second+50*time.Millisecond {
		t.Errorf("a message that may just have been posted was posted again at once: %+v", sum)
	}
}

// Eighteen a minute to a group or to a chat that nobody knows, also across a restart.
// What was posted twice counts at the later time after a restart, for the earlier one is not known. A message that was under way when the program died
// counts nevertheless: the sender that died knew that there was room for it.
func TestFlushAfterARestartCountsWhatWasUnderWay(t *testing.T) {
	d := newDesk(t, topic)
	began := d.now
	broken := true
	d.sink.fail = func(news.Message) error {
		if broken {
			broken = false
			return errors.New("the connection broke") // behind the effect, say
		}
		return nil
	}
	owe(t, d.st, numbered(17)...)
	d.all(30 * time.Second) // the first is posted at 0 s and at 2 s; 18 times in all
	owe(t, d.st, "18")
	d.now = began.Add(61500 * time.Millisecond) // what was posted at 0 s counts no more: there is room for one
	owed, err := d.st.Owed(t.Context(), topic, time.Now().Add(time.Hour), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.st.Freeze(t.Context(), d.lease, news.Message{Chat: topic, Text: "18", Created: d.now, AlertIDs: []int64{owed[0].Alerts[0].ID}}); err != nil {
		t.Fatal(err)
	}
	d.restart() // it died while it posted that
	d.flush()
	posted := 0
	list, err := d.st.Postings(t.Context(), began.Add(-time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		posted += p.Times
	}
	if posted != 19 {
		t.Errorf("%d postings are counted, want 19", posted)
	}
}

func TestFlushGroupsPerMinute(t *testing.T) {
	d := newDesk(t, topic, channel)
	d.kind(channel, news.ChatChannel)
	owe(t, d.st, numbered(40)...)
	began := d.now
	d.all(30 * time.Second)
	d.restart()
	sum := d.all(20 * time.Second)
	if n := len(d.sink.posted); n != 36 || sum.Next.Sub(began) != 61*time.Second {
		t.Errorf("%d messages, and the next after %v", n, sum.Next.Sub(began))
	}
}

// A hundred items for one chat do not hold up the one for another.
func TestFlushBusyChatStarvesNobody(t *testing.T) {
	path := db(t)
	d := newDesk(t)
	d.st = open(t, path, person)
	d.lease, d.deps.Store = lease(t, d.st, "x"), d.st
	owe(t, d.st, numbered(page+50)...)
	d.flush()
	open(t, path, person, channel)
	owe(t, d.st, "новое")
	d.flush()
	d.got(channel, "новое")
	d.got(person, "1")
}

func TestFlushRetryAfterIsStored(t *testing.T) {
	d := newDesk(t, person, topic)
	owe(t, d.st, "1")
	var long []string
	d.deps.OnLongWait = func(chat string, until time.Time) { long = append(long, fmt.Sprint(chat, " ", until.Sub(d.now))) }
	wait := 12 * time.Hour
	d.sink.fail = func(m news.Message) error {
		if news.BaseChat(m.Chat) == group {
			return fmt.Errorf("send: %w", &RetryAfter{After: wait, Err: errors.New("429")})
		}
		return nil
	}
	if sum := d.flush(); sum.Sent != 1 || sum.Failed != 1 || sum.Next.Sub(d.now) != wait {
		t.Errorf("summary %+v", sum)
	}
	if !slices.Equal(long, []string{group + " 12h0m0s"}) {
		t.Errorf("told of long waits: %q", long)
	}
	d.restart()
	d.sink.fail = nil
	d.say("telegram:-100:43", "reply") // the wait is the whole chat's
	d.now = d.now.Add(wait - time.Second)
	sum := d.flush()
	if sum.Sent != 0 || sum.Next.Sub(d.now) < time.Second {
		t.Errorf("written to before its time: %+v", sum)
	}
	d.now = sum.Next
	d.all(time.Minute)
	d.got(topic, "1")
	d.got("telegram:-100:43", "reply")

	wait = 9 * time.Minute
	d.sink.fail = func(news.Message) error { return &RetryAfter{After: wait} }
	d.say(person, "x")
	d.flush()
	if len(long) != 1 {
		t.Errorf("nine minutes are called a long wait: %q", long)
	}
}

func TestFlushPausesForAllAfterThreeWaits(t *testing.T) {
	d := newDesk(t, "telegram:1", "telegram:2", "telegram:3", "telegram:4", "terminal")
	owe(t, d.st, "1")
	d.sink.fail = func(m news.Message) error {
		if m.Chat < "telegram:4" {
			return &RetryAfter{After: 5 * time.Second}
		}
		return nil
	}
	if sum := d.flush(); sum.Sent != 1 || sum.Failed != 3 || sum.Next.Sub(d.now) != 5*time.Second {
		t.Errorf("summary %+v; only the terminal goes on", sum)
	}
	d.got("telegram:4")
	d.sink.fail = nil
	d.now = d.now.Add(5 * time.Second)
	if sum := d.flush(); sum.Sent != 4 {
		t.Errorf("summary %+v", sum)
	}
}

func TestFlushGone(t *testing.T) {
	d := newDesk(t, person, topic)
	owe(t, d.st, "1", "2", "3")
	d.say(group, "hello")
	var gone []string
	d.deps.OnGone = func(chat, why string) { gone = append(gone, chat+" "+why) }
	d.sink.fail = func(m news.Message) error {
		if news.BaseChat(m.Chat) == group {
			return fmt.Errorf("send: %w", &Gone{Why: "kicked", Err: errors.New("403")})
		}
		return nil
	}
	if sum := d.all(time.Minute); sum.Sent != 3 || sum.Refused != 1 || sum.Gone != 1 {
		t.Errorf("summary %+v", sum)
	}
	if !slices.Equal(gone, []string{group + " kicked"}) {
		t.Errorf("told of %q", gone)
	}
	check(t, d.st, "owed 0 frozen 0 sent 3 skipped 3 unsent 0")
	owe(t, d.st, "4")
	check(t, d.st, "owed 1 frozen 0 sent 3 skipped 4 unsent 0")
	d.kind(group, news.ChatGroup) // it is back
	d.sink.fail = nil
	owe(t, d.st, "5")
	d.all(time.Minute)
	d.got(topic, "5")
}

func TestFlushMigrated(t *testing.T) {
	d := newDesk(t, topic)
	owe(t, d.st, "1", "2")
	d.say(topic, "reply")
	d.sink.fail = func(m news.Message) error {
		if news.BaseChat(m.Chat) == group {
			return fmt.Errorf("send: %w", &Migrated{To: "telegram:-1009", Err: errors.New("400")})
		}
		return nil
	}
	if sum := d.all(time.Minute); sum.Sent != 3 || sum.Moved != 1 || sum.Refused+sum.Failed != 0 {
		t.Errorf("summary %+v", sum)
	}
	d.got("telegram:-1009:42", "reply", "1", "2")
	check(t, d.st, "owed 0 frozen 0 sent 2 skipped 0 unsent 0")

	// A sink that says the chat has moved to where it is is one that does not answer.
	d.sink.fail = func(m news.Message) error { return &Migrated{To: news.BaseChat(m.Chat)} }
	d.say("telegram:-1009:42", "x")
	if sum := d.flush(); sum.Failed != 0 || sum.Next.IsZero() {
		t.Fatalf("summary %+v", sum)
	}
	d.now = d.now.Add(time.Minute)
	if sum := d.flush(); sum.Failed != 1 || sum.Moved != 0 {
		t.Errorf("summary %+v", sum)
	}
}

// A message that will never go out does not hold up the next one.
func TestFlushRefusesOneMessage(t *testing.T) {
	for name, err := range map[string]error{
		"text":  fmt.Errorf("send: %w", &BadText{errors.New("400: can't parse entities")}),
		"other": fmt.Errorf("send: %w", &Permanent{errors.New("400: message thread not found")}),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, person)
			owe(t, d.st, "1", "2", "3")
			d.sink.fail = func(m news.Message) error {
				if m.Text == "2" {
					return err
				}
				return nil
			}
			if sum := d.all(time.Minute); sum.Sent != 2 || sum.Refused != 1 {
				t.Errorf("summary %+v", sum)
			}
			d.got(person, "1", "3")
			check(t, d.st, "owed 0 frozen 0 sent 2 skipped 1 unsent 0")
			ledger, err := d.st.Ledger(t.Context(), 2, person)
			if err != nil || !strings.Contains(ledger[0].Reason, "refused") {
				t.Errorf("ledger %+v, error %v", ledger, err)
			}
		})
	}
}

// A message that the sink falls over twice is passed over, and what is behind it goes out.
func TestFlushPassesOverWhatPanics(t *testing.T) {
	d := newDesk(t, person)
	owe(t, d.st, "1", "2", "3")
	tries := 0
	d.sink.fail = func(m news.Message) error {
		if m.Text == "2" {
			tries++
			panic("index out of range")
		}
		return nil
	}
	if sum := d.all(time.Minute); sum.Sent != 2 || sum.Failed != 1 || sum.Refused != 1 || tries != 2 {
		t.Errorf("summary %+v after %d tries", sum, tries)
	}
	d.got(person, "1", "3")
	check(t, d.st, "owed 0 frozen 0 sent 2 skipped 1 unsent 0")
}

// A chat that does not answer is tried after 2, 4, 8 … seconds, at most a minute, from the beginning once it has answered; others go on.
func TestFlushTriesAgainLaterAndLater(t *testing.T) {
	d := newDesk(t, person, "terminal")
	owe(t, d.st, "1", "2")
	var tried []time.Duration
	began := d.now
	d.sink.fail = func(m news.Message) error {
		if m.Chat == person && len(tried) < 8 {
			tried = append(tried, d.now.Sub(began))
			return errors.New("502")
		}
		return nil
	}
	d.all(time.Hour)
	d.got("terminal", "1", "2")
	d.got(person, "1", "2")
	var want []time.Duration
	for _, s := range []int{0, 2, 6, 14, 30, 62, 122, 182} {
		want = append(want, time.Duration(s)*time.Second)
	}
	if !slices.Equal(tried, want) {
		t.Errorf("tried at %v, want %v", tried, want)
	}
	if len(d.deps.Memory.again) != 0 {
		t.Errorf("still remembered as silent: %v", d.deps.Memory.again)
	}
	// Each try may have arrived: a later run counts them all.
	list, err := d.st.Postings(t.Context(), began)
	if err != nil || len(list) == 0 || slices.MaxFunc(list, func(a, b news.Posting) int { return a.Times - b.Times }).Times != 9 {
		t.Errorf("postings %+v, error %v", list, err)
	}
}

func TestFlushBurstInAsFewMessagesAsFit(t *testing.T) {
	d := newDesk(t, person)
	d.deps.Burst = 20
	d.sink.fit = 23
	owe(t, d.st, numbered(50)...)
	d.flush()
	d.got(person, "23 items from 1")
	owe(t, d.st, "51") // joins what is left of the burst
	if sum := d.all(time.Minute); sum.Sent != 2 || sum.Digests != 2 || sum.Alerts != 28 {
		t.Errorf("summary %+v", sum)
	}
	d.got(person, "23 items from 1", "23 items from 24", "5 items from 47")
	owe(t, d.st, "52", "53")
	d.now = d.now.Add(time.Minute)
	d.all(time.Minute)
	d.got(person, "23 items from 1", "23 items from 24", "5 items from 47", "52", "53")
	check(t, d.st, "owed 0 frozen 0 sent 53 skipped 0 unsent 0")
}

// What the sink cannot render in a burst goes out alone, and the rest together.
func TestFlushPoisonInABurst(t *testing.T) {
	d := newDesk(t, person)
	d.deps.Burst = 3
	owe(t, d.st, "1", "2", "3", "4", "<b>bad</b>", "6", "7", "8")
	d.sink.render = func(_ string, owed []news.OwedItem) (string, error) {
		if slices.ContainsFunc(owed, func(o news.OwedItem) bool { return strings.Contains(o.Item.Title, "bad") }) {
			panic("slice bounds")
		}
		return fmt.Sprint(len(owed), " from ", owed[0].Item.Title), nil
	}
	if sum := d.all(time.Minute); sum.Poisoned != 1 || sum.Alerts != 8 {
		t.Errorf("summary %+v", sum)
	}
	// Plain text holds nothing that a sink could take for markup.
	d.got(person, "4 from 1", "‹b›bad‹/b›\nhttps://example.org/‹b›bad‹/b›", "3 from 6")
	check(t, d.st, "owed 0 frozen 0 sent 8 skipped 0 unsent 0")
}

func TestFlushCatchUp(t *testing.T) {
	d := newDesk(t, person, "terminal")
	owe(t, d.st, "1", "2", "3")
	d.say(person, "reply")
	d.deps.Burst, d.sink.fit = 20, 2
	d.deps.CatchUp = news.Outage{Since: d.now.Add(-3 * time.Hour), Until: d.now}
	d.flush()
	owe(t, d.st, "4")
	d.now = d.now.Add(time.Minute)
	d.all(time.Minute)
	d.got(person, "reply", "down for 3h0m0s: 2 items from 1", "2 items from 3")
	d.got("terminal", "down for 3h0m0s: 2 items from 1", "3", "4")

	// Said once, and not of a single item.
	owe(t, d.st, "5", "6")
	d.now = d.now.Add(time.Minute)
	d.all(time.Minute)
	d.got(person, "reply", "down for 3h0m0s: 2 items from 1", "2 items from 3", "5", "6")
	single := newDesk(t, person)
	owe(t, single.st, "1")
	single.deps.CatchUp = d.deps.CatchUp
	single.flush()
	single.got(person, "1")
}

// What is muted or unsubscribed between reading and freezing is not posted, and nothing else is held up.
func TestFlushUnsubscribedMeanwhile(t *testing.T) {
	d := newDesk(t, "terminal", person)
	owe(t, d.st, "1", "2")
	d.sink.after = func(m news.Message) {
		if m.Text == "1" && m.Chat == "terminal" {
			if err := d.st.Mute(t.Context(), "terminal", news.Mute{Kind: news.MuteWatchlist, What: "w"}, d.now.Add(time.Hour)); err != nil {
				t.Error(err)
			}
		}
	}
	if sum := d.all(time.Minute); sum.Sent != 3 {
		t.Errorf("summary %+v", sum)
	}
	d.got("terminal", "1")
	d.got(person, "1", "2")
	check(t, d.st, "owed 0 frozen 0 sent 3 skipped 1 unsent 0")
}

// A person who is forgotten while a message is under way leaves nothing behind and stops nothing.
func TestFlushForgottenMeanwhile(t *testing.T) {
	d := newDesk(t, person, channel)
	owe(t, d.st, "1", "2")
	d.sink.after = func(m news.Message) {
		if m.Chat == person {
			if err := d.st.Forget(t.Context(), person); err != nil {
				t.Error(err)
			}
		}
	}
	d.all(time.Minute)
	d.got(person, "1")
	d.got(channel, "1", "2")
	check(t, d.st, "owed 0 frozen 0 sent 2 skipped 0 unsent 0")
}

// A fullDisk is a store that cannot write down what was sent while full is not nil.
type fullDisk struct {
	*store.Store
	full error
}

func (s *fullDisk) Sent(ctx context.Context, l news.Lease, id int64, ref string, now time.Time) error {
	if s.full != nil {
		return s.full
	}
	return s.Store.Sent(ctx, l, id, ref, now)
}

func TestFlushDoesNotPostAgainWhatItCouldNotWriteDown(t *testing.T) {
	d := newDesk(t, "terminal")
	owe(t, d.st, "1", "2")
	s := &fullDisk{Store: d.st, full: errors.New("disk is full")}
	d.deps.Store = s
	for range 3 {
		if _, err := Flush(t.Context(), d.deps, d.lease); !errors.Is(err, s.full) {
			t.Errorf("error %v", err)
		}
	}
	d.got("terminal", "1")
	s.full = nil
	if sum := d.flush(); sum.Sent != 2 {
		t.Errorf("summary %+v", sum)
	}
	d.got("terminal", "1", "2")
	check(t, d.st, "owed 0 frozen 0 sent 2 skipped 0 unsent 0")
}

// TestButtonsWait: people who press buttons without end do not hold up what the chat is owed, nor a reply; once neither waits, buttons change.
func TestButtonsWait(t *testing.T) {
	d := newDesk(t, group)
	d.kind(group, news.ChatGroup)
	for i := range 30 {
		if _, err := d.st.Enqueue(t.Context(), news.Message{Chat: group, Kind: news.MessageButtons, Target: fmt.Sprint(100 + i), Markup: "{}", Created: d.now}); err != nil {
			t.Fatal(err)
		}
	}
	owe(t, d.st, "alert")
	d.say(group, "reply")
	d.flush()
	d.got(group, "reply")
	d.all(10 * time.Second)
	d.got(group, append([]string{"reply", "alert"}, make([]string, len(d.sink.posted)-2)...)...)
	d.all(time.Hour)
	if len(d.sink.posted) != 32 {
		t.Errorf("%d messages, want the reply, the alert and 30 changes of buttons", len(d.sink.posted))
	}
}
