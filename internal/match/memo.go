package match

// A memo remembers what was found out of words, by their hash, from one item to the next: a table of open addressing with linear probing (Knuth,
// TAOCP 3, 6.4), at most half full. It forgets everything when it would hold more than memoMost words.
type memo[V any] struct {
	slots []memoSlot[V]
	n     int
}

type memoSlot[V any] struct {
	hash uint64 // 0: free
	v    V
}

const (
	memoLeast = 1 << 10
	memoMost  = 1 << 16
)

// at returns where the value for the hash is kept, and whether it is known; if it is not, the caller sets it.
func (m *memo[V]) at(hash uint64) (*V, bool) {
	hash |= 1 << 63 // never 0
	if 2*m.n >= len(m.slots) {
		m.grow()
	}
	i := hash % uint64(len(m.slots))
	for m.slots[i].hash != 0 {
		if m.slots[i].hash == hash {
			return &m.slots[i].v, true
		}
		i = (i + 1) % uint64(len(m.slots))
	}
	m.slots[i].hash = hash
	m.n++
	return &m.slots[i].v, false
}

func (m *memo[V]) grow() {
	if m.n >= memoMost {
		clear(m.slots)
		m.n = 0
		return
	}
	old := m.slots
	*m = memo[V]{slots: make([]memoSlot[V], max(memoLeast, 2*len(old)))}
	for _, s := range old {
		if s.hash != 0 {
			v, _ := m.at(s.hash)
			*v = s.v
		}
	}
}
