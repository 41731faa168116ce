package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func backupCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent copy of the database, also while the bot runs",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			a, err := o.openStore(c.Context())
			if err != nil {
				return err
			}
			defer a.close()
			if err := a.store.Backup(c.Context(), args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(o.stdout, "%s is a copy of %s. To go back to it, stop the bot and put it in that file's place.\n", args[0], a.cfg.Store)
			return err
		},
	}
}
