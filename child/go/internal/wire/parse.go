package wire

import (
	"fmt"

	"handover/internal/msgpack"
)

// MessageOf is the message of a frame. Elements and keys beyond the known ones are ignored, so that a later minor version
// can add some (3.3). The error is a *ProtocolError.
func MessageOf(frame Frame) (message Message, err error) {
	header, isArray := treeOf(frame.Header).([]any)
	if !isArray {
		return nil, &ProtocolError{"a header is not a msgpack array", frame.Header}
	}
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case problemWith:
			err = &ProtocolError{string(problem), frame.Header}
		default:
			panic(problem)
		}
	}()
	fields := fields{header, "header"}
	number := fields.integer("message number")
	if frame.inPieces && number != 66 {
		panic(problemWith(fmt.Sprintf("a message came with %d bytes of value, in pieces", len(frame.Value))))
	}
	switch number {
	case 64:
		return welcomeOf(&fields), nil
	case 65:
		return Refusal{fields.text("why")}, nil
	case 66:
		return deliverOf(&fields, frame.Value), nil
	case 67:
		return Completed{fields.integer("op"), fields.integer("guard")}, nil
	case 68:
		return Late{fields.integer("op")}, nil
	case 69:
		return Withdrawn{fields.integer("op"), fields.integer("guard"), fields.integer("attempts")}, nil
	case 70:
		return Failed{fields.integer("op"), fields.integer("guard"), fields.integer("attempts"), reasonOf(&fields)}, nil
	case 71:
		return Inspected{fields.integer("query"), statisticsOf(fields.entries("statistics"))}, nil
	case 72:
		return Shutdown{}, nil
	case 74:
		return Retire{}, nil
	case 75:
		return Meet{fields.integer("link"), fields.integer("end"), fields.text("read path"), fields.text("write path")}, nil
	case 76:
		return Part{fields.integer("link")}, nil
	case 77:
		return Resume{fields.integer("link")}, nil
	case 78:
		return Contract{fields.integer("end"), fields.text("contract")}, nil
	}
	panic(problemWith(fmt.Sprintf("a supervisor has no message number %d", number)))
}

// problemWith is what a header should not be; it is caught where the header is.
type problemWith string

func welcomeOf(fields *fields) Welcome {
	version := fields.list("version")
	major, _ := version.integer("major"), version.integer("minor")
	settings := fields.entries("settings")
	window := settings.entries("window")
	welcome := Welcome{Major: major, Settings: Settings{
		Stage:            settings.text("stage"),
		Replica:          settings.integer("replica"),
		MaxValueBytes:    settings.integer("maxValueBytes"),
		WindowOperations: window.integer("operations"),
		WindowBytes:      window.integer("bytes"),
		Restart:          settings.optionalText("restart"),
	}}
	switch restart := welcome.Settings.Restart; restart {
	case "", "on-failure", "always":
	default:
		panic(problemWith(fmt.Sprintf("a stage is not restarted %q", restart)))
	}
	for ends := fields.list("ends"); ends.hasMore(); {
		end := ends.entries("end")
		side := Side(end.text("side"))
		if side != Send && side != Receive {
			panic(problemWith(fmt.Sprintf("an end has no side %q", side)))
		}
		passed := PassedEnd{end.integer("end"), side, end.text("channel"), end.optionalText("contract")}
		welcome.Ends = append(welcome.Ends, NamedEnd{end.text("name"), passed})
	}
	return welcome
}

func deliverOf(fields *fields, value []byte) Deliver {
	deliver := Deliver{Op: fields.integer("op"), Guard: fields.integer("guard"), Attempt: fields.integer("attempt"), Value: value}
	if !fields.hasMore() {
		return deliver
	}
	for ends := fields.list("ends"); ends.hasMore(); {
		one := ends.list("end")
		number, side := one.integer("end"), one.integer("side")
		if side > 1 {
			panic(problemWith(fmt.Sprintf("an end has no side %d", side)))
		}
		deliver.Ends = append(deliver.Ends, PassedEnd{End: number, Side: [...]Side{Send, Receive}[side], Channel: one.text("channel")})
	}
	return deliver
}

func reasonOf(fields *fields) Reason {
	switch kind := fields.text("reason"); kind {
	case "ended":
		return Ended{}
	case "broken":
		return Broken{failureOf(fields.entries("detail"))}
	case "lost":
		var failures []Failure
		for detail := fields.list("detail"); detail.hasMore(); {
			failures = append(failures, failureOf(detail.entries("failure")))
		}
		return Lost{failures}
	case "refused":
		return Refused{fields.text("detail")}
	case "too-large":
		return TooLarge{fields.integer("detail")}
	default:
		panic(problemWith(fmt.Sprintf("an operation does not fail because of %q", kind)))
	}
}

func failureOf(map_ entries) Failure {
	failure := Failure{
		Code:    map_.text("code"),
		Message: map_.text("message"),
		Stage:   map_.optionalText("stage"),
		Signal:  map_.optionalText("signal"),
	}
	if map_["exitCode"] != nil {
		code := map_.integer("exitCode")
		failure.ExitCode = &code
	}
	if map_["stderr"] != nil {
		for lines := listOf(map_["stderr"], "stderr"); lines.hasMore(); {
			failure.Stderr = append(failure.Stderr, lines.text("stderr"))
		}
	}
	return failure
}

func statisticsOf(counts entries) Statistics {
	return Statistics{
		Capacity:         counts.integer("capacity"),
		Senders:          counts.integer("senders"),
		Receivers:        counts.integer("receivers"),
		WaitingSenders:   counts.integer("waitingSenders"),
		WaitingReceivers: counts.integer("waitingReceivers"),
		Buffered:         counts.integer("buffered"),
		InHand:           counts.integer("inHand"),
		Taken:            counts.integer("taken"),
		Discarded:        counts.integer("discarded"),
		DeadLetters:      counts.integer("deadLetters"),
		IsDirect:         counts["direct"] == int64(1),
	}
}

// fields are the elements of an array, one after the other, each asked for by its name and type.
type fields struct {
	rest []any
	name string
}

func (f *fields) hasMore() bool { return len(f.rest) > 0 }

func (f *fields) next() any {
	if len(f.rest) == 0 {
		return nil
	}
	element := f.rest[0]
	f.rest = f.rest[1:]
	return element
}

func (f *fields) integer(name string) int64   { return integerOf(f.next(), name) }
func (f *fields) text(name string) string     { return textOf(f.next(), name) }
func (f *fields) list(name string) *fields    { return listOf(f.next(), name) }
func (f *fields) entries(name string) entries { return entriesOf(f.next(), name) }

// entries are those of a map, each asked for by its key and type.
type entries map[string]any

func (e entries) integer(key string) int64   { return integerOf(e[key], key) }
func (e entries) text(key string) string     { return textOf(e[key], key) }
func (e entries) entries(key string) entries { return entriesOf(e[key], key) }

func (e entries) optionalText(key string) string {
	if e[key] == nil {
		return ""
	}
	return e.text(key)
}

func integerOf(value any, name string) int64 {
	if number, isInteger := value.(int64); isInteger && 0 <= number && number < 1<<53 {
		return number
	}
	panic(wrong(name, "an integer of 0 or more", value))
}

func textOf(value any, name string) string {
	if text, isText := value.(string); isText {
		return text
	}
	panic(wrong(name, "a string", value))
}

func listOf(value any, name string) *fields {
	if list, isList := value.([]any); isList {
		return &fields{list, name}
	}
	panic(wrong(name, "an array", value))
}

func entriesOf(value any, name string) entries {
	if map_, isMap := value.(map[string]any); isMap {
		return map_
	}
	panic(wrong(name, "a map", value))
}

func wrong(name, expected string, value any) problemWith {
	got := "nil or nothing"
	if value != nil {
		got = fmt.Sprintf("%T", value)
	}
	return problemWith(fmt.Sprintf("expected %s as %s, got %s", expected, name, got))
}

// Fields are the elements of a header, as Go has them; none where it is none.
func Fields(header []byte) []any {
	fields, _ := treeOf(header).([]any)
	return fields
}

// deepest is how deep a header may be nested.
const deepest = 16

// treeOf is a header as Go has it; nil where its bytes are not one value.
func treeOf(header []byte) any {
	reader := msgpack.NewReader(header)
	tree, err := readTree(reader, deepest)
	if err != nil || reader.Left() > 0 {
		return nil
	}
	return tree
}

func readTree(reader *msgpack.Reader, levels int) (any, error) {
	token, err := reader.Next()
	if err != nil {
		return nil, err
	}
	if levels == 0 {
		return nil, fmt.Errorf("it is nested deeper than %d levels", deepest)
	}
	switch token.Kind {
	case msgpack.Bool:
		return token.Int == 1, nil
	case msgpack.Int:
		return token.Int, nil
	case msgpack.Uint:
		return token.Uint, nil
	case msgpack.Float:
		return token.Float, nil
	case msgpack.Text:
		return string(token.Bytes), nil
	case msgpack.Bytes:
		return token.Bytes, nil
	case msgpack.Time:
		return token.Time, nil
	case msgpack.Array:
		list := make([]any, token.Length)
		for i := range list {
			if list[i], err = readTree(reader, levels-1); err != nil {
				return nil, err
			}
		}
		return list, nil
	case msgpack.Map:
		return readMap(reader, token.Length, levels-1)
	}
	return nil, nil
}

func readMap(reader *msgpack.Reader, length, levels int) (any, error) {
	pairs := make(map[string]any, length)
	for range length {
		key, err := reader.Next()
		if err != nil {
			return nil, err
		}
		if key.Kind != msgpack.Text {
			return nil, fmt.Errorf("a key is %s", key.Kind)
		}
		if pairs[string(key.Bytes)], err = readTree(reader, levels); err != nil {
			return nil, err
		}
	}
	return pairs, nil
}
