package chart

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"vestnik/internal/trend"
)

// stacked and several are the two kinds of chart, in languages that need their own letters.
func stacked() trend.Picture {
	p := trend.Picture{Title: "ҰҚШҰ · Ұжымдық қауіпсіздік туралы шарт ұйымы", Unit: "күніне мақала", Stacks: true, Marks: []int{12, 13, 24}, Marked: "кенет көбею"}
	for i, name := range []string{"мемлекеттік", "тәуелсіз", "шетелдегі", "агенттіктер", "сараптама"} {
		values := make([]int, 30)
		for d := range values {
			values[d] = max(0, int(2+2*math.Sin(float64(d+3*i))+float64(i%3)))
			if d == 12 || d == 13 || d == 24 {
				values[d] += 4
			}
		}
		p.Curves = append(p.Curves, trend.Curve{Name: name, Values: values})
	}
	for d := range 30 {
		p.Days = append(p.Days, fmt.Sprintf("%02d қаң", d+1))
	}
	return p
}

func several() trend.Picture {
	p := trend.Picture{Title: "У навінах", Unit: "матэрыялаў за дзень", Marks: []int{40}, Marked: "усплёск"}
	for i, name := range []string{"ОДКБ", "Саюзная дзяржава Расіі і Беларусі", "Єврозона: Ґданськ, Київ, Їжа", "Қасым-Жомарт Тоқаев", "EAEU", "Лукашэнка"} {
		values := make([]int, 90)
		for d := range values {
			values[d] = int(20 + 15*math.Sin(float64(d)/float64(3+i)) + float64(3*i))
			if d == 40 && i == 0 {
				values[d] = 90
			}
		}
		curve := trend.Curve{Name: name, Values: values}
		if i == 0 {
			curve.Marks = []int{40}
		}
		p.Curves = append(p.Curves, curve)
	}
	for d := range 90 {
		p.Days = append(p.Days, fmt.Sprintf("%02d сне", d%30+1))
	}
	return p
}

var update = flag.Bool("update", false, "accept the pictures as they are")

// phone is a picture as a phone shows it: 360 points wide.
func phone(img image.Image) *image.RGBA {
	b := img.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, 360, 360*b.Dy()/b.Dx()))
	draw.CatmullRom.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	return small
}

// differ is how much two pictures differ on the whole, 0 to 255, and how much the patch of 20 by 20 points does that differs most.
func differ(a, b *image.RGBA) (mean, worst float64) {
	if a.Bounds() != b.Bounds() {
		return 255, 255
	}
	const side = 20
	n := 0.0
	for y0 := 0; y0 < a.Bounds().Dy(); y0 += side {
		for x0 := 0; x0 < a.Bounds().Dx(); x0 += side {
			patch, points := 0.0, 0.0
			for y := y0; y < min(y0+side, a.Bounds().Dy()); y++ {
				for x := x0; x < min(x0+side, a.Bounds().Dx()); x++ {
					p, q := a.RGBAAt(x, y), b.RGBAAt(x, y)
					patch += (math.Abs(float64(p.R)-float64(q.R)) + math.Abs(float64(p.G)-float64(q.G)) + math.Abs(float64(p.B)-float64(q.B))) / 3
					points++
				}
			}
			mean, n = mean+patch, n+points
			worst = max(worst, patch/points)
		}
	}
	return mean / n, worst
}

func read(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func pngOf(t *testing.T, p trend.Picture) image.Image {
	t.Helper()
	b, err := PNG(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 400_000 {
		t.Errorf("%d bytes", len(b))
	}
	return read(t, b)
}

// Pictures look as they did when somebody looked at them, on a phone. What another processor rounds otherwise is no difference.
func TestPictures(t *testing.T) {
	empty := trend.Picture{Title: "Ничего", Unit: "материалов в день", Days: []string{"01 янв", "02 янв"}, Curves: []trend.Curve{{Name: "ОДКБ", Values: []int{0, 0}}}}
	one := trend.Picture{Title: "Один день", Unit: "материалов в день", Days: []string{"01 янв"}, Curves: []trend.Curve{{Name: "ОДКБ", Values: []int{3}}, {Name: "ЕАЭС", Values: []int{1}}}}
	for name, p := range map[string]trend.Picture{"stacked": stacked(), "several": several(), "empty": empty, "one": one} {
		got := pngOf(t, p)
		if b := got.Bounds(); b.Dx() != Width || b.Dy() != Height {
			t.Errorf("%s is %v", name, b)
		}
		file := filepath.Join("testdata", name+".png")
		if *update {
			var b bytes.Buffer
			if err := png.Encode(&b, phone(got)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := read(t, b)
		was := image.NewRGBA(want.Bounds())
		draw.Copy(was, image.Point{}, want, want.Bounds(), draw.Src, nil)
		if mean, worst := differ(phone(got), was); mean > 1 || worst > 12 {
			t.Errorf("%s looks other than it did: %.2f on the whole, %.1f where most (-update accepts it; look at it first)", name, mean, worst)
		}
	}
}

// The comparison sees what a person would: a day more, a mark less, a name that is another.
func TestPicturesDiffer(t *testing.T) {
	was := phone(pngOf(t, stacked()))
	for what, change := range map[string]func(*trend.Picture){
		"a higher day":   func(p *trend.Picture) { p.Curves[0].Values[5] += 6 },
		"a mark less":    func(p *trend.Picture) { p.Marks = p.Marks[:2] },
		"another name":   func(p *trend.Picture) { p.Curves[1].Name = "агентства" },
		"another title":  func(p *trend.Picture) { p.Title = "ОДКБ" },
		"days elsewhere": func(p *trend.Picture) { p.Days[29] = "31 дек" },
	} {
		p := stacked()
		change(&p)
		if mean, worst := differ(phone(pngOf(t, p)), was); mean <= 1 && worst <= 12 {
			t.Errorf("%s is not seen: %.2f on the whole, %.1f where most", what, mean, worst)
		}
	}
}

// Every letter of the interface languages, and of names beside them, has a shape; one that has none is left out.
func TestLetters(t *testing.T) {
	for _, letters := range []string{
		"АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", "ІЎ’", "ҐЄІЇʼ", "ӘҒҚҢӨҰҮҺІ", "ÁÉÍÓÚÄÖÜẞÀÂÇÈÊËÎÏÔÙÛÜŸŒ", "ĄĆĘŁŃÓŚŹŻ", "ČĎĚŇŘŠŤŮŽ", "ЪЬЮЯЩ", "ҖҲҶӢӮЎҚҒ", "İĞŞÇ",
		"0123456789.,:;!?()[]«»„“”‚‘’–—-+%№…/@&•·", "ABCXYZ",
	} {
		for _, s := range []string{letters, strings.ToLower(letters)} {
			if got := shown(s); got != s {
				t.Errorf("%q is shown as %q", s, got)
			}
		}
	}
	for s, want := range map[string]string{"ҰҚШҰ 👋 \u202e\x00 新聞": "ҰҚШҰ", "a\n b\xff": "a b", "": ""} {
		if got := shown(s); got != want {
			t.Errorf("%q is shown as %q, want %q", s, got, want)
		}
	}
}

// A chart has a ground of its own, so that it reads on a dark screen, too.
func TestGround(t *testing.T) {
	img := pngOf(t, several())
	for _, at := range []image.Point{{0, 0}, {Width - 1, 0}, {0, Height - 1}, {Width - 1, Height - 1}, {Width / 2, 2}} {
		if r, g, b, a := img.At(at.X, at.Y).RGBA(); a != 0xffff || r != 0xffff || g != 0xffff || b != 0xffff {
			t.Errorf("%v is %v", at, img.At(at.X, at.Y))
		}
	}
	// What is written and drawn stands out from it: 3 to 1 for shapes, 4.5 to 1 for words (WCAG 2.1). The orange and the sky are lighter; they are never alone.
	for _, c := range []color.Color{ink, faint} {
		if got := contrast(c); got < 4.5 {
			t.Errorf("%v: %.1f to 1", c, got)
		}
	}
	for i, c := range append([]color.Color{alarm}, colours...) {
		if got := contrast(c); got < 2 {
			t.Errorf("colour %d: %.1f to 1", i, got)
		}
	}
}

// contrast of a colour with white, as WCAG 2.1 has it.
func contrast(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		x := float64(v) / 0xffff
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b) + 0.05)
}

func TestRefused(t *testing.T) {
	for what, p := range map[string]trend.Picture{
		"no days":         {},
		"too many curves": {Days: []string{"1"}, Curves: make([]trend.Curve, 7)},
		"other lengths":   {Days: []string{"1"}, Curves: []trend.Curve{{Values: []int{1, 2}}}},
	} {
		if _, err := PNG(p); err == nil {
			t.Error(what)
		}
	}
	long := stacked()
	long.Title, long.Curves[0].Name = strings.Repeat("Ұзақ ", 200), strings.Repeat("ұзақ", 200)
	pngOf(t, long)
	year := trend.Picture{Title: "Год", Stacks: true, Days: make([]string, 366), Curves: []trend.Curve{{Name: "а", Values: make([]int, 366)}}}
	for d := range year.Days {
		year.Days[d], year.Curves[0].Values[d] = fmt.Sprintf("%03d", d), d*1000
	}
	pngOf(t, year)
}

func TestLevels(t *testing.T) {
	for highest, want := range map[int]string{0: "[0 1 2 3]", 1: "[0 1 2 3]", 3: "[0 1 2 3]", 5: "[0 1 2 3 4 5]", 6: "[0 2 4 6]", 31: "[0 10 20 30 40]", 90: "[0 20 40 60 80 100]", 1234: "[0 500 1000 1500]"} {
		if got := fmt.Sprint(levels(highest)); got != want {
			t.Errorf("%d: %s, want %s", highest, got, want)
		}
	}
}
