package direct

import (
	"encoding/binary"
	"strings"
)

// What a receiver answers (14.4).
const (
	taken   = 0
	refused = 1
)

const (
	lengthBytes = 4
	beforeWhy   = 3
	longestWhy  = 4_000
)

// AppendLength appends what goes before a value.
func AppendLength(to, value []byte) []byte {
	return binary.BigEndian.AppendUint32(to, uint32(len(value)))
}

func appendRefusal(to []byte, why string) []byte {
	if len(why) > longestWhy {
		why = why[:longestWhy]
	}
	why = strings.ToValidUTF8(why, "\ufffd")
	to = binary.BigEndian.AppendUint16(append(to, refused), uint16(len(why)))
	return append(to, why...)
}

// values finds the values in what a sender says.
type values struct {
	longest int64
	// length is what has come of a length; value is one that has begun, of which so many bytes are missing, or nil.
	length  []byte
	value   []byte
	missing int
}

// left is where the next bytes of a value that has begun belong; none where there is none.
func (v *values) left() []byte { return v.value[len(v.value)-v.missing:] }

// filled calls with the value, if it is complete with so many bytes more.
func (v *values) filled(count int, came func([]byte)) {
	if v.missing -= count; v.missing == 0 {
		value := v.value
		v.value = nil
		came(value)
	}
}

// read calls with each value that is complete with these bytes, in memory of its own. It reports false where a sender may not
// say that.
func (v *values) read(some []byte, came func([]byte)) bool {
	for len(some) > 0 {
		if v.value != nil {
			count := copy(v.left(), some)
			some = some[count:]
			v.filled(count, came)
			continue
		}
		count := min(lengthBytes-len(v.length), len(some))
		v.length, some = append(v.length, some[:count]...), some[count:]
		if len(v.length) < lengthBytes {
			continue
		}
		length := binary.BigEndian.Uint32(v.length)
		v.length = v.length[:0]
		if int64(length) > v.longest {
			return false
		}
		v.value, v.missing = make([]byte, length), int(length)
		if length == 0 {
			v.filled(0, came)
		}
	}
	return true
}

// answers finds the answers in what a receiver says. Of who has said what is none, all that follows says nothing.
type answers struct {
	// rest is what has come of a refusal, and isNonsense says that something else has.
	rest       []byte
	isNonsense bool
}

// read tells the sender each answer that is complete with these bytes. It reports false where a receiver may not say that.
func (a *answers) read(some []byte, to *Sending) bool {
	for _, one := range some {
		switch {
		case a.isNonsense:
			return false
		case len(a.rest) > 0:
			a.goOn(one, to)
		case one == taken:
			to.taken()
		case one == refused:
			a.rest = append(a.rest, one)
		default:
			a.isNonsense = true
			return false
		}
	}
	return true
}

func (a *answers) goOn(one byte, to *Sending) {
	a.rest = append(a.rest, one)
	if len(a.rest) < beforeWhy || len(a.rest) < beforeWhy+int(binary.BigEndian.Uint16(a.rest[1:])) {
		return
	}
	why := strings.ToValidUTF8(string(a.rest[beforeWhy:]), "\ufffd")
	a.rest = a.rest[:0]
	to.refused(why)
}
