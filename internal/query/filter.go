package query

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/news"
)

// scopes are the names that may stand before a colon: fields, then attributes.
var scopes = []string{string(Title), string(Body), string(Lang), string(Source), string(Country), string(Type)}

func isField(name string) bool { return name == string(Title) || name == string(Body) }

// scope reads "title:" at the beginning of the run s; the colon is at i.
func (p *parser) scope(t *token, s string, i int) {
	name := s[:i]
	if slices.Contains(scopes, name) {
		t.kind, t.text = tScope, name
		p.pos = t.at + i + 1
		return
	}
	near := strings.ToLower(strings.TrimRight(name, "sS"))
	switch {
	case slices.Contains(scopes, near):
		p.fail(t.at, "unknown scope %q: write %s:", clip(name), near)
	case near == "language":
		p.fail(t.at, "unknown scope %q: write lang:", clip(name))
	case near == "text":
		p.fail(t.at, "unknown scope %q: write body:", clip(name))
	case near == "outlet" || near == "feed":
		p.fail(t.at, "unknown scope %q: write source:", clip(name))
	case near == "profile":
		p.fail(t.at, "unknown scope %q: write @ before the id of a profile", clip(name))
	default:
		p.fail(t.at, "unknown scope %q: there are %s:; put a text with a colon in quotes", clip(name), strings.Join(scopes, ": "))
	}
}

// filter reads what stands behind "lang:", and goes on to the next token.
func (p *parser) filter(scope token) Filter {
	f := Filter{Kind: FilterKind(scope.text)}
	if p.next('(') {
		p.values(scope, &f)
	} else {
		p.value(scope, &f)
	}
	p.advance()
	if p.err == nil && p.tok.kind == tWeight && !p.tok.spaced {
		p.fail(p.tok.at, "a filter scores nothing, so it takes no weight")
	}
	return f
}

// values reads a list in parentheses.
func (p *parser) values(scope token, f *Filter) {
	open := p.pos
	p.pos++
	for p.err == nil {
		p.skip()
		if p.pos == len(p.s) {
			p.fail(open, `this "(" is never closed: add ")"`)
			return
		}
		if p.next(')') {
			p.fail(p.pos, `a value is missing before ")": write %s:(%s OR %s)`, f.Kind, example(f.Kind, 0), example(f.Kind, 1))
			return
		}
		p.value(scope, f)
		p.skip()
		if p.next(')') {
			p.pos++
			return
		}
		at := p.pos
		if at == len(p.s) {
			p.fail(open, `this "(" is never closed: add ")"`)
			return
		}
		if or := p.run(); or != "OR" {
			p.fail(at, "values are joined by OR%s: write %s:(%s OR %s)", smallOr(or), f.Kind, example(f.Kind, 0), example(f.Kind, 1))
		}
	}
}

func smallOr(s string) string {
	if strings.EqualFold(s, "OR") {
		return " in capitals"
	}
	return ""
}

// value reads one value, bare or in quotes, and adds it.
func (p *parser) value(scope token, f *Filter) {
	if p.err != nil {
		return
	}
	at := p.pos
	var v string
	if r, _ := utf8.DecodeRuneInString(p.s[at:]); closers(r) != "" {
		v = p.quoted()
	} else if v = p.run(); v == "" {
		p.fail(scope.at, "%s: touches its value: write %s:%s", scope.text, scope.text, example(f.Kind, 0))
	} else if !bareValue(v) {
		p.fail(at, "%q is no value: put it in quotes, or write %s:%s", clip(v), scope.text, example(f.Kind, 0))
	}
	if p.err != nil {
		return
	}
	v, bad := canonical(f.Kind, v)
	if bad != "" {
		p.fail(at, "%s", bad)
		return
	}
	p.count(at)
	if !slices.Contains(f.Values, v) {
		f.Values = append(f.Values, v)
	}
}

// bareValue reports whether v can stand without quotes.
func bareValue(v string) bool {
	if v == "AND" || v == "OR" || v == "NOT" {
		return false
	}
	for _, r := range v {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-_.'’", r) {
			return false
		}
	}
	return strings.ContainsFunc(v, unicode.IsLetter) || strings.ContainsFunc(v, unicode.IsDigit)
}

func example(k FilterKind, i int) string {
	switch k {
	case Lang:
		return []string{"ru", "be"}[i]
	case Source:
		return []string{"belta-ru", "Onliner"}[i]
	case Country:
		return []string{"by", "kz"}[i]
	}
	return []string{"state", "exile"}[i]
}

// canonical returns a value as a tree holds it, or what is wrong with it.
func canonical(k FilterKind, v string) (string, string) {
	switch k {
	case Lang:
		return languageCode(v)
	case Country:
		if len(v) != 2 || strings.Trim(strings.ToLower(v), "abcdefghijklmnopqrstuvwxyz") != "" {
			return "", quoteClip(v) + " is not a country code (ISO 3166, two letters): write country:by"
		}
		return strings.ToUpper(v), ""
	case Type:
		low := strings.ToLower(v)
		names := make([]string, len(news.SourceTypes))
		for i, t := range news.SourceTypes {
			if names[i] = string(t); names[i] == low {
				return low, ""
			}
		}
		return "", quoteClip(v) + " is not a type: one of " + strings.Join(names, ", ")
	}
	return v, ""
}

func languageCode(v string) (string, string) {
	low := strings.ToLower(v)
	if len(low) == 2 && slices.Contains(strings.Fields(languageCodes), low) {
		return low, ""
	}
	bad := quoteClip(v) + " is not a language code (ISO 639-1)"
	switch low {
	case "by", "bel":
		return "", bad + "; Belarusian is be"
	case "ua", "ukr":
		return "", bad + "; Ukrainian is uk"
	case "kz", "kaz":
		return "", bad + "; Kazakh is kk"
	case "rus":
		return "", bad + "; Russian is ru"
	case "cz":
		return "", bad + "; Czech is cs"
	}
	return "", bad + ": write lang:ru"
}

// languageCodes are those of ISO 639-1, old ones included: what package config lets a feed have.
const languageCodes = `aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu
fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku
kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw
sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu`
