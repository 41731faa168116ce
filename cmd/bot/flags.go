package main

import (
	"errors"
	"math"
	"strconv"
	"time"

	"vestnik/internal/config"
)

// A duration is a flag written as in the configuration: 36h, 7d.
type duration time.Duration

func (d *duration) Set(s string) error {
	v, err := config.ParseDuration(s)
	*d = duration(v)
	return err
}

func (d *duration) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

func (*duration) Type() string { return "duration" }

// A count is a flag that is a whole number above 0.
type count int

func (c *count) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return errors.New("want a whole number above 0")
	}
	*c = count(n)
	return nil
}

func (c *count) String() string { return strconv.Itoa(int(*c)) }

func (*count) Type() string { return "number" }

// A score is a flag that is a number.
type score float64

func (f *score) Set(s string) error {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return errors.New("want a number, such as 0.5")
	}
	*f = score(n)
	return nil
}

func (f *score) String() string { return strconv.FormatFloat(float64(*f), 'g', -1, 64) }

func (*score) Type() string { return "score" }
