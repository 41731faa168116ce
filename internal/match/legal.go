package match

import "vestnik/internal/text"

// legalForms are the words by which a company's name says what kind of company it is, folded: newspapers leave them out (Nord Stream AG, ПАО «Газпром»).
var legalForms = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range []string{
		"AG", "SE", "KG", "GmbH", "plc", "Ltd", "Limited", "Inc", "Corp", "LLC", "LLP", "PJSC", "JSC", "OJSC", "Co", "SA", "SAS", "SpA", "NV", "BV", "AB", "ASA", "Oy", "Oyj", "SRL",
		"ООО", "АО", "ПАО", "ОАО", "ЗАО", "НАО", "ТОО", "ТОВ", "ПАТ", "ПрАТ", "АТ", "ТАА", "ААТ", "ЗАТ", "ЖШС", "АҚ",
	} {
		m[text.Fold(w)] = true
	}
	return m
}()

// withoutLegalForm returns the words of an organisation's name without a legal form at its end or beginning; all of them when it has none, or when
// what is left is a single word that means something else as well.
func withoutLegalForm(s string, words []text.Word) []text.Word {
	is := func(w text.Word) bool { return w.Caps > 0 && legalForms[text.Fold(s[w.Start:w.End])] }
	rest := words
	if n := len(rest); n > 1 && is(rest[n-1]) {
		rest = rest[:n-1]
	} else if n > 1 && is(rest[0]) {
		rest = rest[1:]
	}
	if len(rest) == 1 && (rest[0].Runes < 4 || text.IsCommonWord(rest[0].Hash, "")) {
		return words
	}
	return rest
}
