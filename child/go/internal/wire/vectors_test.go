package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"testing"

	"handover/internal/vectors"
)

type frameVector struct {
	Name, From    string
	Header, Frame vectors.Hex
	OnlyRead      string
	Message       message
}

// message is any message as the vectors have it.
type message struct {
	Type, Kind, Why, Contract    string
	Version                      struct{ Major int64 }
	Features                     []string
	Token, Language              string
	Op, Guard, Attempt, Attempts int64
	IsPoll, IsPriority           bool
	Guards                       []guard
	Value                        vectors.Hex
	Ends                         json.RawMessage
	End, Query, Sender, Receiver int64
	ExitCode                     int
	Link, Taken                  int64
	WaitingSenders               int64
	WaitingReceivers             int64
	ReadPath, WritePath          string
	Channel                      string
	Terms                        Terms
	DeadLetters                  int64
	Settings                     struct {
		Settings
		Window struct{ Operations, Bytes int64 }
	}
	Statistics Statistics
	Reason     struct {
		Kind, Why string
		Size      int64
		Failure   Failure
		Failures  []Failure
	}
}

type guard struct {
	End   int64
	Value vectors.Hex
	Ends  []int64
}

func TestFrames(t *testing.T) {
	for _, vector := range vectors.Read[frameVector](t, "frames.json") {
		if vector.From == "supervisor" {
			t.Run("§3 "+vector.Name+" is read", func(t *testing.T) { testRead(t, vector) })
		} else if vector.OnlyRead == "" {
			t.Run("§3 "+vector.Name+" is written", func(t *testing.T) { testWritten(t, vector) })
		}
	}
}

func testRead(t *testing.T, vector frameVector) {
	frame, err := NewReader(bytes.NewReader(vector.Frame)).Next()
	if err != nil {
		t.Fatal(err)
	}
	read, err := MessageOf(frame)
	if expected := vector.Message.asMessage(t); err != nil || !reflect.DeepEqual(read, expected) {
		t.Errorf("it is %+v, not %+v, %v", read, expected, err)
	}
}

func (m message) asMessage(t *testing.T) Message {
	switch m.Type {
	case "welcome":
		m.Settings.Settings.WindowOperations, m.Settings.Settings.WindowBytes = m.Settings.Window.Operations, m.Settings.Window.Bytes
		return Welcome{m.Version.Major, m.Settings.Settings, parsed[[]NamedEnd](t, m.Ends)}
	case "refusal":
		return Refusal{m.Why}
	case "deliver":
		return Deliver{m.Op, m.Guard, m.Attempt, parsed[[]PassedEnd](t, m.Ends), m.Value}
	case "completed":
		return Completed{m.Op, m.Guard}
	case "late":
		return Late{m.Op}
	case "withdrawn":
		return Withdrawn{m.Op, m.Guard, m.Attempts}
	case "failed":
		reason := map[string]Reason{
			"ended": Ended{}, "broken": Broken{m.Reason.Failure}, "lost": Lost{m.Reason.Failures},
			"refused": Refused{m.Reason.Why}, "too-large": TooLarge{m.Reason.Size},
		}[m.Reason.Kind]
		return Failed{m.Op, m.Guard, m.Attempts, reason}
	case "inspected":
		return Inspected{m.Query, m.Statistics}
	case "shutdown":
		return Shutdown{}
	case "retire":
		return Retire{}
	case "meet":
		return Meet{m.Link, m.End, m.ReadPath, m.WritePath}
	case "part":
		return Part{m.Link}
	case "resume":
		return Resume{m.Link}
	case "contract":
		return Contract{m.End, m.Contract}
	}
	t.Fatalf("no message %q", m.Type)
	return nil
}

func testWritten(t *testing.T, vector frameVector) {
	word, isSaid := vector.Message.asWord(t)
	if !isSaid {
		t.Skip("this runtime never says it")
	}
	var out Outgoing
	out.Say(word)
	// A number has several forms, all of which are right (3.2).
	isSame := reflect.DeepEqual(Fields(word.header), Fields(vector.Header)) && vector.Message.Type == "flow"
	if written := out.Short(nil); !isSame && !bytes.Equal(written, vector.Frame) {
		t.Errorf("it is %x, not %x", written, []byte(vector.Frame))
	}
}

func (m message) asWord(t *testing.T) (word Word, isSaid bool) {
	switch m.Type {
	case "offer":
		var kind Kind
		if m.IsPoll {
			kind |= Poll
		}
		if m.IsPriority {
			kind |= Ordered
		}
		guards := make([]Guard, len(m.Guards))
		for i, guard := range m.Guards {
			guards[i] = Guard{guard.End, guard.Value, guard.Ends}
		}
		return Offer(m.Op, kind, guards)
	case "withdraw":
		if m.Kind == "tentative" {
			return AskBack(m.Op), true
		}
		return Withdraw(m.Op), true
	case "taken":
		return Taken(m.Op), true
	case "returned":
		return Returned(m.Op), true
	case "refused":
		return ValueRefused(m.Op, m.Why), true
	case "abandoned":
		return Abandoned(m.Op, m.Why), true
	case "close":
		return Close(m.End), true
	case "inspect":
		return Inspect(m.Query, m.End), true
	case "exiting":
		return Exiting(m.ExitCode), true
	case "open":
		m.Terms.DeadLetters = m.DeadLetters
		return Open(m.Sender, m.Receiver, m.Channel, m.Terms), true
	case "met":
		return Met(m.Link), true
	case "parted":
		return Parted(m.Link), true
	case "flow":
		return Flow(m.Link, m.Taken, m.WaitingSenders, m.WaitingReceivers), true
	case "expects":
		return Expects(m.End, m.Contract), true
	case "hello":
		return Word{}, false
	}
	t.Fatalf("no message %q", m.Type)
	return Word{}, false
}

func parsed[T any](t *testing.T, text json.RawMessage) T {
	var value T
	if text == nil {
		return value
	}
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

type pieceVector struct {
	Name, From, Wrong string
	Bytes             []vectors.Hex
	Heard             []message
}

func TestPieces(t *testing.T) {
	for _, vector := range vectors.Read[pieceVector](t, "pieces.json") {
		t.Run("§2.6 "+vector.Name, func(t *testing.T) {
			var link []io.Reader
			for _, some := range vector.Bytes {
				link = append(link, bytes.NewReader(some))
			}
			reader := NewReader(io.MultiReader(link...))
			heard := 0
			for {
				frame, err := reader.Next()
				if _, isWrong := err.(*ProtocolError); isWrong != (vector.Wrong != "") && err != io.EOF {
					t.Errorf("%v", err)
				}
				if err != nil {
					break
				}
				if vector.From == "supervisor" {
					if message, err := MessageOf(frame); err != nil || !reflect.DeepEqual(message, vector.Heard[heard].asMessage(t)) {
						t.Errorf("%+v, %v", message, err)
					}
				} else if values := valuesOf(vector.Heard[heard]); !bytes.Equal(frame.Value, values) {
					t.Errorf("%x, not %x", frame.Value, values)
				}
				heard++
			}
			if heard != len(vector.Heard) {
				t.Errorf("%d messages, not %d", heard, len(vector.Heard))
			}
		})
	}
}

func valuesOf(m message) []byte {
	var values []byte
	for _, guard := range m.Guards {
		values = append(values, guard.Value...)
	}
	return values
}
