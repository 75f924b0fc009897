package wire

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"handover/internal/msgpack"
)

// FirstOwnEnd is the first number that a process gives to an end of a channel that it opens.
const FirstOwnEnd = 1 << 31

const (
	longestText = 4_000
	longestName = 200
)

// Word is one message of the process.
type Word struct {
	header []byte
	values [][]byte
	// concerns are the ends that it names, and the operation that it begins or asks back: what must not overtake it (2.7).
	concerns []int64
}

// Guard is a receive on an end; with a value, a send on it.
type Guard struct {
	End int64
	// Value is nil for a receive.
	Value []byte
	// Ends are those of the process that the value carries.
	Ends []int64
}

// Kind is what an offer is.
type Kind int

// The kinds of offers; they are added up.
const (
	Poll    Kind = 1 // it does not want to wait
	Ordered Kind = 2 // its guards are in order of priority
)

// Hello is the first word.
func Hello(features []string, token string) Word {
	header := begin(5, 1)
	header = msgpack.AppendArray(header, 2)
	header = msgpack.AppendInt(header, 1)
	header = msgpack.AppendInt(header, 0)
	header = msgpack.AppendString(header, "go")
	header = msgpack.AppendArray(header, len(features))
	for _, feature := range features {
		header = msgpack.AppendString(header, feature)
	}
	return Word{header: msgpack.AppendString(header, token)}
}

// Offer says that the process is ready for one of the guards. It reports false where one message cannot name so many.
func Offer(op int64, kind Kind, guards []Guard) (Word, bool) {
	word := Word{concerns: []int64{operation(op)}}
	header := msgpack.AppendInt(begin(4, 2), op)
	header = msgpack.AppendInt(header, int64(kind))
	header = msgpack.AppendArray(header, len(guards))
	for _, guard := range guards {
		header = guard.append(header)
		word.concerns = append(append(word.concerns, guard.End), guard.Ends...)
		if guard.Value != nil {
			word.values = append(word.values, guard.Value)
		}
	}
	word.header = header
	return word, len(header) <= longestHeader
}

func (g Guard) append(header []byte) []byte {
	length := 1
	if g.Value != nil {
		length = 2
	}
	if len(g.Ends) > 0 {
		length = 3
	}
	header = msgpack.AppendInt(msgpack.AppendArray(header, length), g.End)
	if length > 1 {
		header = msgpack.AppendInt(header, int64(len(g.Value)))
	}
	if length > 2 {
		header = msgpack.AppendArray(header, len(g.Ends))
		for _, end := range g.Ends {
			header = msgpack.AppendInt(header, end)
		}
	}
	return header
}

// Withdraw asks for an operation back, for good (4.9).
func Withdraw(op int64) Word {
	return Word{header: integers(3, op, 1), concerns: []int64{operation(op)}}
}

// AskBack asks for an operation back, which may be offered again (4.9).
func AskBack(op int64) Word {
	return Word{header: integers(3, op, 0), concerns: []int64{operation(op)}}
}

// Taken says that code has the value.
func Taken(op int64) Word { return Word{header: integers(4, op)} }

// Returned says that there is no code left that wants it.
func Returned(op int64) Word { return Word{header: integers(5, op)} }

// ValueRefused says that it is none that the process can hold.
func ValueRefused(op int64, why string) Word { return Word{header: withText(6, op, why)} }

// Close gives up an end.
func Close(end int64) Word { return Word{header: integers(7, end), concerns: []int64{end}} }

// Inspect asks how the channel of an end is doing.
func Inspect(query, end int64) Word {
	return Word{header: integers(8, query, end), concerns: []int64{end}}
}

// Terms are those of a channel that the process opens.
type Terms struct {
	Capacity, MaxAttempts int
	Overflow              string
	// DeadLetters is an end of the process, a sender; 0: none.
	DeadLetters int64
	// Contract is what is sent on it must meet; "": anything may be.
	Contract string
}

// Open makes a channel.
func Open(sender, receiver int64, name string, terms Terms) Word {
	header := msgpack.AppendInt(begin(5, 9), sender)
	header = msgpack.AppendInt(header, receiver)
	header = msgpack.AppendString(header, cut(name, longestName))
	length := 3
	if terms.DeadLetters != 0 {
		length++
	}
	if terms.Contract != "" {
		length++
	}
	header = msgpack.AppendMap(header, length)
	header = msgpack.AppendInt(msgpack.AppendString(header, "capacity"), int64(terms.Capacity))
	header = msgpack.AppendString(msgpack.AppendString(header, "overflow"), terms.Overflow)
	header = msgpack.AppendInt(msgpack.AppendString(header, "maxAttempts"), int64(terms.MaxAttempts))
	if terms.DeadLetters != 0 {
		header = msgpack.AppendInt(msgpack.AppendString(header, "deadLetters"), terms.DeadLetters)
	}
	if terms.Contract != "" {
		header = msgpack.AppendString(msgpack.AppendString(header, "contract"), terms.Contract)
	}
	return Word{header: header, concerns: []int64{sender, receiver, terms.DeadLetters}}
}

// Expects says against which contract of an end the process was built.
func Expects(end int64, contract string) Word {
	return Word{header: msgpack.AppendString(msgpack.AppendInt(begin(3, 16), end), contract)}
}

// Abandoned says that code had the value in hand, and failed on it.
func Abandoned(op int64, why string) Word { return Word{header: withText(11, op, why)} }

// Exiting is the last word.
func Exiting(code int) Word { return Word{header: integers(12, int64(code))} }

// Met says that both pipes of a direct link are open.
func Met(link int64) Word { return Word{header: integers(13, link)} }

// Parted says that a direct link is over, or will not begin.
func Parted(link int64) Word { return Word{header: integers(14, link)} }

// Flow says how many values were taken over a direct link so far, and what waits there.
func Flow(link, taken, senders, receivers int64) Word {
	return Word{header: integers(15, link, taken, senders, receivers)}
}

func begin(length int, number int64) []byte {
	return msgpack.AppendInt(msgpack.AppendArray(nil, length), number)
}

func integers(number int64, fields ...int64) []byte {
	header := begin(1+len(fields), number)
	for _, field := range fields {
		header = msgpack.AppendInt(header, field)
	}
	return header
}

func withText(number, op int64, text string) []byte {
	return msgpack.AppendString(msgpack.AppendInt(begin(3, number), op), cut(text, longestText))
}

// operation is its number as one that no end has.
func operation(op int64) int64 { return -1 - op }

// cut is the beginning of a text that is too long, in characters; what is no character is replaced.
func cut(text string, longest int) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest]) + "…"
}

var wordNames = map[int64]string{
	1: "hello", 2: "offer", 3: "withdraw", 4: "taken", 5: "returned", 6: "refused", 7: "close", 8: "inspect", 9: "open",
	11: "abandoned", 12: "exiting", 13: "met", 14: "parted", 15: "flow",
}

// String is the message and its fields, for people.
func (w Word) String() string {
	fields := Fields(w.header)
	if len(fields) == 0 {
		return "nothing"
	}
	number, _ := fields[0].(int64)
	return strings.TrimSuffix(fmt.Sprintln(append([]any{wordNames[number]}, fields[1:]...)...), "\n")
}
