package link

import "handover/internal/direct"

// largeValue is how many bytes a value has that is not copied to leave with others.
const largeValue = 1 << 15

// queue is what is to be written to a direct link.
type queue struct {
	// parts leave first, then what is small.
	parts [][]byte
	small []byte
	// gone is how much of the first of these has left.
	gone int
}

func (q *queue) value(value []byte) {
	q.small = direct.AppendLength(q.small, value)
	if len(value) < largeValue {
		q.small = append(q.small, value...)
		return
	}
	q.parts = append(q.parts, q.small, value)
	q.small = nil
}

func (q *queue) answer(answer []byte) { q.small = append(q.small, answer...) }

func (q *queue) isEmpty() bool { return len(q.parts) == 0 && len(q.small) == 0 }

// next is what leaves next.
func (q *queue) next() []byte {
	if len(q.parts) > 0 {
		return q.parts[0][q.gone:]
	}
	return q.small[q.gone:]
}

// left: so many bytes of that have left.
func (q *queue) left(count int) {
	q.gone += count
	switch {
	case len(q.parts) > 0 && q.gone == len(q.parts[0]):
		q.parts[0] = nil
		q.parts, q.gone = q.parts[1:], 0
	case len(q.parts) == 0 && q.gone == len(q.small):
		q.small, q.gone = q.small[:0], 0
	}
}
