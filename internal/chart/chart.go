package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"
	"unicode"

	face "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"vestnik/internal/trend"
)

// The picture is Width by Height pixels: Telegram shows it some 360 points wide on a phone, so that letters are a third of what they are here.
const (
	Width  = 1080
	Height = 720

	dpi      = 144
	titled   = 20 // points: 40 pixels, 13 on a phone
	labelled = 16
	margin   = 12
	row      = 23 // of the legend
)

var (
	paper  = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink    = color.NRGBA{0x1f, 0x29, 0x33, 0xff}
	faint  = color.NRGBA{0x5b, 0x67, 0x70, 0xff}
	grid   = color.NRGBA{0xdd, 0xe2, 0xe7, 0xff}
	alarm  = color.NRGBA{0xc6, 0x28, 0x28, 0xff}
	shaded = color.NRGBA{0xfb, 0xe3, 0xe3, 0xff}
	// Told apart also by those who do not see red or green: Okabe and Ito, Color Universal Design (2008), the yellow left out, which is lost on white.
	colours = []color.Color{
		color.NRGBA{0x00, 0x72, 0xb2, 0xff}, color.NRGBA{0xe6, 0x9f, 0x00, 0xff}, color.NRGBA{0x00, 0x9e, 0x73, 0xff},
		color.NRGBA{0xcc, 0x79, 0xa7, 0xff}, color.NRGBA{0x56, 0xb4, 0xe9, 0xff}, color.NRGBA{0xd5, 0x5e, 0x00, 0xff},
	}
)

// most bounds a chart.
const (
	curvesMost = 6
	daysMost   = 1000
)

// PNG draws a picture. It fails on one without days or with more curves than can be told apart.
func PNG(p trend.Picture) ([]byte, error) {
	if len(p.Days) == 0 || len(p.Days) > daysMost || len(p.Curves) > curvesMost {
		return nil, fmt.Errorf("a chart of %d days and %d curves", len(p.Days), len(p.Curves))
	}
	for _, c := range p.Curves {
		if len(c.Values) != len(p.Days) {
			return nil, errors.New("a chart whose curves and days are not of one length")
		}
	}
	img := vgimg.NewWith(vgimg.UseWH(vg.Length(Width)*vg.Inch/dpi, vg.Length(Height)*vg.Inch/dpi), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(paper))
	c := draw.New(img)
	c = draw.Crop(c, margin, -margin, margin, -margin)
	top := head(c, p)
	body, err := plotted(c, p)
	if err != nil {
		return nil, err
	}
	body.Draw(draw.Crop(c, 0, 0, 0, top-c.Max.Y))
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img.Image()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func style(size vg.Length, bold bool, of color.Color) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = face.WeightBold
	}
	return text.Style{Color: of, Font: f, Handler: plot.DefaultTextHandler, XAlign: text.XLeft, YAlign: text.YTop}
}

// A key is one entry of the legend.
type key struct {
	name string
	of   color.Color
	mark bool
}

// head draws title, unit and legend and returns how high up the rest may reach.
func head(c draw.Canvas, p trend.Picture) vg.Length {
	width := c.Max.X - c.Min.X
	y := c.Max.Y
	bold, plain := style(titled, true, ink), style(labelled, false, faint)
	unit := shown(p.Unit)
	room := width - plain.Width(unit) - 12
	c.FillText(bold, vg.Point{X: c.Min.X, Y: y}, fit(bold, shown(p.Title), room))
	plain.XAlign = text.XRight
	c.FillText(plain, vg.Point{X: c.Max.X, Y: y - titled + labelled}, unit)
	y -= titled + 10

	var keys []key
	for i, curve := range p.Curves {
		keys = append(keys, key{curve.Name, colours[i], false})
	}
	if len(p.Marks) > 0 && p.Marked != "" {
		of := color.Color(alarm)
		if !p.Stacks {
			of = faint // each has the colour of its line
		}
		keys = append(keys, key{p.Marked, of, true})
	}
	words := style(labelled, false, ink)
	x := c.Min.X
	for i, k := range keys {
		const swatch, gap = 13, 16
		name := fit(words, shown(k.name), width-swatch-5)
		w := swatch + 5 + words.Width(name)
		if i > 0 && x+w > c.Max.X {
			x, y = c.Min.X, y-row
		}
		if k.mark {
			triangle(c, vg.Point{X: x + swatch/2, Y: y - labelled/2 - 2}, 7, k.of)
		} else {
			c.FillPolygon(k.of, box(x, y-labelled+1, x+swatch, y-labelled+1+swatch))
		}
		c.FillText(words, vg.Point{X: x + swatch + 5, Y: y}, name)
		x += w + gap
	}
	if len(keys) > 0 {
		y -= row
	}
	return y - 4
}

func box(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}

// triangle points down at what it marks.
func triangle(c draw.Canvas, at vg.Point, r vg.Length, of color.Color) {
	c.FillPolygon(of, []vg.Point{{X: at.X - r, Y: at.Y + r*0.8}, {X: at.X + r, Y: at.Y + r*0.8}, {X: at.X, Y: at.Y - r*0.8}})
}

// plotted is axes and data.
func plotted(c draw.Canvas, p trend.Picture) (*plot.Plot, error) {
	n := len(p.Days)
	body := plot.New()
	body.BackgroundColor = nil
	for _, a := range []*plot.Axis{&body.X, &body.Y} {
		a.Tick.Label = style(labelled, false, faint)
		a.Tick.Width = 0
		a.Tick.Length = 5
		a.Color = grid
		a.Padding = 0
	}
	body.X.Tick.Label.XAlign, body.X.Tick.Label.YAlign = text.XCenter, text.YTop
	body.Y.Tick.Label.XAlign, body.Y.Tick.Label.YAlign = text.XRight, text.YCenter
	body.Y.Width = 0

	highest := 0
	for day := range p.Days {
		sum := 0
		for _, curve := range p.Curves {
			if p.Stacks {
				sum += curve.Values[day]
			} else {
				sum = max(sum, curve.Values[day])
			}
		}
		highest = max(highest, sum)
	}
	steps := levels(highest)
	body.X.Min, body.X.Max = -0.6, float64(n)-0.4
	body.Y.Min, body.Y.Max = 0, steps[len(steps)-1]
	if len(p.Marks) > 0 {
		body.Y.Max *= 1.1 // room for the marks
	}
	body.Y.Tick.Marker = plot.ConstantTicks(ticksOf(steps))
	width := c.Max.X - c.Min.X - 44
	body.X.Tick.Marker = plot.ConstantTicks(dates(p.Days, body.X.Tick.Label, width))

	lines := plotter.NewGrid()
	lines.Vertical.Width, lines.Horizontal.Width = 0, 0.8
	lines.Horizontal.Color = grid
	body.Add(bands{p.Marks, body.Y.Max}, lines)
	each := width / vg.Length(n)
	var below *plotter.BarChart
	for i, curve := range p.Curves {
		if p.Stacks {
			values := make(plotter.Values, n)
			for day, v := range curve.Values {
				values[day] = float64(v)
			}
			bar, err := plotter.NewBarChart(values, max(each*0.8, 0.6))
			if err != nil {
				return nil, err
			}
			bar.Color, bar.LineStyle.Width = colours[i], 0
			if below != nil {
				bar.StackOn(below)
			}
			below = bar
			body.Add(bar)
			continue
		}
		points := make(plotter.XYs, n)
		for day, v := range curve.Values {
			points[day] = plotter.XY{X: float64(day), Y: float64(v)}
		}
		if n == 1 {
			dot, err := plotter.NewScatter(points)
			if err != nil {
				return nil, err
			}
			dot.GlyphStyle = draw.GlyphStyle{Color: colours[i], Radius: 5, Shape: draw.CircleGlyph{}}
			body.Add(dot)
			continue
		}
		line, err := plotter.NewLine(points)
		if err != nil {
			return nil, err
		}
		line.LineStyle = draw.LineStyle{Color: colours[i], Width: 2.6}
		body.Add(line)
	}
	if p.Stacks {
		body.Add(marks{p.Marks, body.Y.Max, alarm})
		return body, nil
	}
	for i, curve := range p.Curves {
		for _, day := range curve.Marks {
			if day >= 0 && day < n {
				body.Add(marks{[]int{day}, float64(curve.Values[day]), colours[i]})
			}
		}
	}
	return body, nil
}

// bands are the days with a mark, shaded behind the data; marks stand above it.
type bands struct {
	days []int
	high float64
}

func (b bands) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, day := range b.days {
		c.FillPolygon(shaded, box(x(float64(day)-0.5), y(0), x(float64(day)+0.5), y(b.high)))
	}
}

// marks point down: at a day from the top of the chart, at the point of a line from above it.
type marks struct {
	days []int
	high float64
	of   color.Color
}

func (m marks) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, day := range m.days {
		triangle(c, vg.Point{X: x(float64(day)), Y: min(y(m.high)+10, c.Max.Y-6)}, 7, m.of)
	}
}

// levels are the values that get a line: from nothing to as much as is needed, four to six of them, round.
func levels(highest int) []float64 {
	step := 1.0
	for i := 0; step*5 < float64(highest); i++ {
		step = []float64{2, 5, 10}[i%3] * math.Pow(10, float64(i/3))
	}
	n := max(int(math.Ceil(float64(highest)/step)), 3)
	all := make([]float64, n+1)
	for i := range all {
		all[i] = float64(i) * step
	}
	return all
}

func ticksOf(steps []float64) (ticks []plot.Tick) {
	for _, v := range steps {
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.Itoa(int(v))})
	}
	return ticks
}

// dates names as many days as have room beside one another, the last among them.
func dates(days []string, s text.Style, width vg.Length) (ticks []plot.Tick) {
	widest := vg.Length(1)
	for _, d := range days {
		widest = max(widest, s.Width(shown(d)))
	}
	most := max(int(width/(widest*1.35)), 1)
	each := (len(days) + most - 1) / most
	for i := range days {
		if (len(days)-1-i)%each == 0 && (i > 0 || each == 1 || len(days) == 1) {
			ticks = append(ticks, plot.Tick{Value: float64(i), Label: shown(days[i])})
		}
	}
	return ticks
}

// fit cuts a text to a width, with "…" behind.
func fit(s text.Style, t string, width vg.Length) string {
	if s.Width(t) <= width {
		return t
	}
	r := []rune(t)
	for len(r) > 0 && s.Width(strings.TrimSpace(string(r))+"…") > width {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}

// shown is a text of the letters there are shapes for, on one line.
func shown(s string) string {
	shapes := font.DefaultCache.Lookup(style(labelled, false, ink).Font, labelled).Face
	var buf sfnt.Buffer
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if i, err := shapes.GlyphIndex(&buf, r); err != nil || i == 0 || unicode.Is(unicode.C, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}
