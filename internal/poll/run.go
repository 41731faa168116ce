package poll

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// Run calls cycle at once and then at every tick of spec, a cron line of five fields or a descriptor such as "@every 90s", in UTC unless
// the line begins with "CRON_TZ=<zone> ". A tick that comes while a cycle runs is skipped; a cycle that panics is logged, and the next tick comes.
// Run returns when ctx has ended and the last cycle with it; its error says that spec is no cron line.
func Run(ctx context.Context, spec string, log *slog.Logger, cycle func(ctx context.Context, tick time.Time)) error {
	schedule, err := cron.ParseStandard(spec)
	if err != nil {
		return fmt.Errorf("read schedule %q: %w", spec, err)
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	logger := cronLog{log}
	// Recover stands inside: a panic that reaches SkipIfStillRunning of cron v3.0.1 keeps its token, and no later tick ever runs.
	job := cron.NewChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)).Then(cron.FuncJob(func() {
		if ctx.Err() == nil {
			cycle(ctx, time.Now()) // the one place where a tick becomes a time
		}
	}))
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(logger))
	c.Schedule(schedule, job)

	var first sync.WaitGroup
	first.Go(job.Run)
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	first.Wait()
	return nil
}

// cronLog lets cron speak through slog. What cron calls information (it woke, it ran) is of use to nobody but a debugger.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, kv ...any) { l.log.Debug("cron: "+msg, kv...) }

func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error("cron: "+msg, append(kv, "err", err)...)
}
