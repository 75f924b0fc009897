package value

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"handover/internal/vectors"
)

// handle is an end, to these tests.
type handle struct{ name string }

var codec = NewCodec(func(t reflect.Type) bool { return t == reflect.TypeFor[handle]() })

// cargo are the ends of one value, on either side.
type cargo []handle

func (c *cargo) Place(end reflect.Value) (byte, error) {
	if end.Interface().(handle).name == "closed" {
		return 0, errors.New("a sender which was closed here")
	}
	if place := slices.Index(*c, end.Interface().(handle)); place >= 0 {
		return byte(place), nil
	}
	*c = append(*c, end.Interface().(handle))
	return byte(len(*c) - 1), nil
}

func (c *cargo) Count() int { return len(*c) }

func (c *cargo) Fill(place int, end reflect.Value) error {
	end.Set(reflect.ValueOf((*c)[place]))
	return nil
}

func (c *cargo) Any(place int) any { return (*c)[place] }

func carrying(count int) *cargo {
	ends := make(cargo, count)
	for i := range ends {
		ends[i].name = strconv.Itoa(i)
	}
	return &ends
}

type valueVector struct {
	Name      string
	Value     map[string]json.RawMessage
	Ends      int
	Bytes     vectors.Hex
	AlsoValid []vectors.Hex
}

func TestVectors(t *testing.T) {
	for _, vector := range vectors.Read[valueVector](t, "values.json") {
		expected := valueOf(t, vector.Value)
		t.Run("§5.2 "+vector.Name+" is read", func(t *testing.T) {
			for _, bytes := range append(vector.AlsoValid, vector.Bytes) {
				var read any
				if err := codec.Decode(bytes, &read, carrying(vector.Ends)); err != nil {
					t.Errorf("%x: %v", bytes, err)
				} else if !same(read, expected) {
					t.Errorf("%x is %#v, not %#v", bytes, read, expected)
				}
			}
		})
		t.Run("§5.2 "+vector.Name+" is written", func(t *testing.T) {
			var leaving cargo
			written, err := codec.Encode(expected, &leaving)
			if err != nil {
				t.Fatal(err)
			}
			isValid := slices.ContainsFunc(append(vector.AlsoValid, vector.Bytes), func(bytes vectors.Hex) bool {
				return slices.Equal(bytes, written)
			})
			// A map is written in the order of its keys.
			var again any
			if !isValid && (codec.Decode(written, &again, carrying(vector.Ends)) != nil || !same(again, expected)) {
				t.Errorf("%#v is %x, not %x", expected, written, vector.Bytes)
			}
			if len(written) != len(vector.Bytes) {
				t.Errorf("%x is not as short as %x", written, vector.Bytes)
			}
			if len(leaving) != vector.Ends {
				t.Errorf("it carries %d ends, not %d", len(leaving), vector.Ends)
			}
		})
	}
}

func valueOf(t *testing.T, notation map[string]json.RawMessage) any {
	for kind, text := range notation {
		switch kind {
		case "nil":
			return nil
		case "bool":
			return string(text) == "true"
		case "int":
			return integerOf(t, parsed[string](t, text))
		case "float":
			number, err := strconv.ParseFloat(parsed[string](t, text), 64)
			if err != nil {
				t.Fatal(err)
			}
			return number
		case "str":
			return parsed[string](t, text)
		case "bin":
			return []byte(parsed[vectors.Hex](t, text))
		case "array":
			list := []any{}
			for _, element := range parsed[[]map[string]json.RawMessage](t, text) {
				list = append(list, valueOf(t, element))
			}
			return list
		case "map":
			pairs := map[string]any{}
			for _, pair := range parsed[[][2]json.RawMessage](t, text) {
				pairs[parsed[string](t, pair[0])] = valueOf(t, parsed[map[string]json.RawMessage](t, pair[1]))
			}
			return pairs
		case "time":
			moment := parsed[struct {
				Seconds     string
				Nanoseconds int64
			}](t, text)
			return time.Unix(integerOf(t, moment.Seconds).(int64), moment.Nanoseconds).UTC()
		case "end":
			return handle{string(text)}
		}
	}
	t.Fatalf("no value: %s", notation)
	return nil
}

func integerOf(t *testing.T, digits string) any {
	if number, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return number
	}
	number, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func parsed[T any](t *testing.T, text json.RawMessage) T {
	var value T
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// same also tells -0 from 0, and finds NaN the same as NaN.
func same(one, other any) bool {
	number, isFloat := one.(float64)
	expected, isExpected := other.(float64)
	if isFloat && isExpected {
		return math.Float64bits(number) == math.Float64bits(expected) || number != number && expected != expected
	}
	return reflect.DeepEqual(one, other)
}

type order struct {
	Item   string    `json:"item"`
	Pieces int       `json:"pieces"`
	Price  float64   `json:"price"`
	When   time.Time `json:"when"`
	Note   *string   `json:"note,omitempty"`
	Reply  handle    `json:"reply"`
	Secret string    `json:"-"`
	base
}

type base struct {
	Tags []string `json:"tags"`
}

func TestStruct(t *testing.T) {
	t.Run("§5.1 is a map with a key for each field, and comes back", func(t *testing.T) {
		sent := order{"tea", 3, 4.5, time.Unix(1_782_909_296, 789_000_000).UTC(), nil, handle{"0"}, "", base{[]string{"a"}}}
		var ends cargo
		bytes, err := codec.Encode(&sent, &ends)
		if err != nil {
			t.Fatal(err)
		}
		var come order
		if err := codec.Decode(bytes, &come, &ends); err != nil || !reflect.DeepEqual(come, sent) {
			t.Errorf("%+v, %v", come, err)
		}
		var pairs map[string]any
		if err := codec.Decode(bytes, &pairs, &ends); err != nil || len(pairs) != 6 || pairs["tags"] == nil {
			t.Errorf("%v, %v", pairs, err)
		}
	})
	t.Run("reads over what it does not have, however deep, and the ends in it are mentioned", func(t *testing.T) {
		bytes := encoded(t, map[string]any{"other": []any{map[string]any{"x": handle{"0"}}}, "item": "tea"})
		var come order
		if err := codec.Decode(bytes, &come, carrying(1)); err != nil || come.Item != "tea" {
			t.Errorf("%+v, %v", come, err)
		}
	})
	t.Run("reads fields as encoding/json finds them: with other capitals, and over what was there", func(t *testing.T) {
		come := order{Pieces: 7}
		if err := codec.Decode(encoded(t, map[string]any{"Item": "tea"}), &come, carrying(0)); err != nil || come.Item != "tea" || come.Pieces != 0 {
			t.Errorf("%+v, %v", come, err)
		}
	})
}

func TestNumbers(t *testing.T) {
	t.Run("a whole number goes into each type that can hold it, be it written as an int or as a float", func(t *testing.T) {
		for _, bytes := range [][]byte{encoded(t, 200), encoded(t, 200.0), encoded(t, float32(200))} {
			reads[int](t, bytes, 200)
			reads[uint8](t, bytes, 200)
			reads[uint64](t, bytes, 200)
			reads[float32](t, bytes, 200)
			reads[float64](t, bytes, 200)
			refuses[int8](t, bytes, "the number 200, which is no int8, at $")
			refuses[string](t, bytes, "the number 200, which is no string, at $")
		}
	})
	t.Run("numbers of 64 bits are exact, or refused", func(t *testing.T) {
		reads[int64](t, encoded(t, int64(math.MaxInt64)), math.MaxInt64)
		reads[uint64](t, encoded(t, uint64(math.MaxUint64)), math.MaxUint64)
		reads[any](t, encoded(t, uint64(math.MaxUint64)), uint64(math.MaxUint64))
		reads[float64](t, encoded(t, int64(1<<60)), 1<<60)
		refuses[int64](t, encoded(t, uint64(math.MaxUint64)), "the number 18446744073709551615, which is no int64, at $")
		refuses[int64](t, encoded(t, 0x1p63), "which is no int64")
		refuses[uint64](t, encoded(t, 0x1p64), "which is no uint64")
		refuses[uint64](t, encoded(t, -1), "which is no uint64")
		refuses[float64](t, encoded(t, int64(math.MaxInt64)), "which is no float64")
		refuses[float64](t, encoded(t, uint64(math.MaxUint64)), "which is no float64")
		refuses[float32](t, encoded(t, 0.1), "which is no float32")
		refuses[int](t, encoded(t, 1.5), "the number 1.5, which is no int, at $")
		refuses[int](t, encoded(t, math.NaN()), "the number NaN, which is no int, at $")
		refuses[int](t, encoded(t, math.Inf(1)), "the number +Inf, which is no int, at $")
	})
}

func reads[T comparable](t *testing.T, bytes []byte, expected T) {
	t.Helper()
	var value T
	if err := codec.Decode(bytes, &value, carrying(0)); err != nil || value != expected {
		t.Errorf("%x is read as %v, %v", bytes, value, err)
	}
}

func refuses[T any](t *testing.T, bytes []byte, why string) {
	t.Helper()
	var value T
	err := codec.Decode(bytes, &value, carrying(0))
	if err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%x is read as %v, %v", bytes, value, err)
	}
}

func encoded(t *testing.T, value any) []byte {
	t.Helper()
	bytes, err := codec.Encode(value, &cargo{})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestTypes(t *testing.T) {
	type color string
	type pixel [3]byte
	type grid [2][]float32
	var nothing *int
	var cell any = 7
	sent := map[string]any{
		"color": color("red"), "pixel": pixel{1, 2, 3}, "grid": grid{{1}, {2, 3}}, "nothing": nothing, "cell": &cell,
		"none": []int(nil), "map": map[color]bool{"blue": true},
	}
	var come struct {
		Color   color
		Pixel   pixel
		Grid    grid
		Nothing *int
		Cell    **int
		None    []int
		Map     map[color]bool
	}
	if err := codec.Decode(encoded(t, sent), &come, carrying(0)); err != nil {
		t.Fatal(err)
	}
	isSame := come.Color == "red" && come.Pixel == pixel{1, 2, 3} && reflect.DeepEqual(come.Grid, grid{{1}, {2, 3}}) &&
		come.Nothing == nil && **come.Cell == 7 && len(come.None) == 0 && come.Map["blue"]
	if !isSame {
		t.Errorf("%+v", come)
	}
}

type letter byte

// everything has each kind of a type.
type everything struct {
	Bool    bool
	Int     int8
	Uint    uint32
	Float   float32
	String  string
	Bytes   []letter
	Array   [2]letter
	List    []everything
	Grid    [2][]int
	Pointer **everything
	Any     any
	Map     map[string]*everything
	When    time.Time
	End     handle
	Ends    map[string]handle
	handle
	time.Time
	*base
	error
}

func TestBytes(t *testing.T) {
	type bytes struct {
		Slice []letter
		Array [2]letter
	}
	sent := bytes{[]letter("ab"), [2]letter{'c', 'd'}}
	var come bytes
	if err := codec.Decode(encoded(t, sent), &come, carrying(0)); err != nil || !reflect.DeepEqual(come, sent) {
		t.Errorf("%v, %v", come, err)
	}
	if both := encoded(t, []any{sent, &sent}); !slices.Equal(both[1:len(both)/2+1], both[len(both)/2+1:]) {
		t.Errorf("%x", both)
	}
}

func TestEmbedded(t *testing.T) {
	type request struct {
		time.Time
		Handle
	}
	sent := request{time.Unix(1, 0).UTC(), Handle{"0"}}
	bytes, err := codecOfHandles.Encode(sent, &handles{})
	if err != nil {
		t.Fatal(err)
	}
	var come request
	if err := codecOfHandles.Decode(bytes, &come, &handles{}); err != nil || come != sent {
		t.Errorf("%v, %v", come, err)
	}
}

// Handle is an end of an exported type.
type Handle struct{ Name string }

var codecOfHandles = NewCodec(func(t reflect.Type) bool { return t == reflect.TypeFor[Handle]() })

// handles are one end.
type handles struct{}

func (*handles) Place(reflect.Value) (byte, error) { return 0, nil }
func (*handles) Count() int                        { return 1 }
func (*handles) Any(int) any                       { return Handle{"0"} }

func (*handles) Fill(_ int, end reflect.Value) error {
	end.Set(reflect.ValueOf(Handle{"0"}))
	return nil
}

func TestUnsendable(t *testing.T) {
	loop := map[string]any{}
	loop["again"] = loop
	var pointer any
	pointer = &pointer
	type one struct{ N int }
	type other struct{ N int }
	type twice struct {
		one
		other
	}
	for _, unsendable := range []struct {
		value any
		why   string
	}{
		{map[string]any{"items": []any{0, map[string]any{"when": make(chan int)}}}, "a chan int, which is of this process alone (handover.Open makes a channel that can travel) at $.items[1].when"},
		{[]any{func() {}}, "a func(), which has no form that could travel at $[0]"},
		{map[string]any{"a key": complex(1, 1)}, `a complex128, which has no form that could travel at $["a key"]`},
		{"\xff", "a string that is not UTF-8 (send bytes as []byte) at $"},
		{map[string]int{"\xff": 1}, "a map with a key that is not UTF-8 at $"},
		{map[int]int{1: 1}, "a map[int]int, whose keys are no text at $"},
		{struct{ secret int }{}, "whose field secret is not exported and would not arrive"},
		{twice{}, "a value.twice, of which two fields have one name at $"},
		{errors.New("x"), "whose field s is not exported"},
		{loop, "what is nested deeper than 128 levels, or contains itself, at $.again.again"},
		{pointer, "what is nested deeper than 128 levels, or contains itself, at $"},
		{nested(129), "what is nested deeper than 128 levels"},
		{[]handle{{"closed"}}, "a sender which was closed here at $[0]"},
	} {
		t.Run("§5.3 is refused: "+unsendable.why[:20], func(t *testing.T) {
			_, err := codec.Encode(unsendable.value, &cargo{})
			if err == nil || !strings.Contains(err.Error(), unsendable.why) {
				t.Errorf("%v", err)
			}
		})
	}
}

func nested(levels int) any {
	var value any = 1
	for range levels {
		value = []any{value}
	}
	return value
}

func TestDepth(t *testing.T) {
	t.Run("§5.4 128 levels are sent, and 144 are read", func(t *testing.T) {
		reads := func(levels int) error {
			var value any
			return codec.Decode(append(slices.Repeat([]byte{0x91}, levels), 0), &value, carrying(0))
		}
		if _, err := codec.Encode(nested(128), &cargo{}); err != nil {
			t.Error(err)
		}
		if err := reads(144); err != nil {
			t.Error(err)
		}
		if reads(145) == nil || reads(200_000) == nil {
			t.Error("145 levels are read")
		}
	})
}

func TestUnreadable(t *testing.T) {
	for _, unreadable := range []struct{ bytes, why string }{
		{"", "it ends before its last value does at $"},
		{"92c0", "it ends before its last value does at $"},
		{"92c0a2", "it ends before its last value does at $[1]"},
		{"c1", "the byte C1 begins no value at $"},
		{"a1ff", "text that is not UTF-8"},
		{"81a1ff00", "text that is not UTF-8"},
		{"c0c0", "1 bytes that follow the value"},
		{"810100", "a key that is a whole number"},
		{"82a16101a16102", "a key that is there twice at $.a"},
		{"d40500", "an extension of type 5"},
		{"c7010100", "an extension of type 1 and 1 bytes"},
		{"d5010000", "an extension of type 1 and 2 bytes"},
		{"d7ffffffffff00000000", "nanoseconds"},
		{"c70cff000000007fffffffffffffff", "a moment that no time.Time can hold"},
		{"d5ff0000", "a timestamp of 2 bytes"},
		{"dd7fffffff00", "it ends before its last value does"},
		{"d40100", "an end with the place 0, in a value that carries 0"},
	} {
		t.Run("§5.5 is refused: "+unreadable.bytes, func(t *testing.T) {
			bytes, _ := hex.DecodeString(unreadable.bytes)
			refuses[any](t, bytes, unreadable.why)
			// In a field that the type does not have, it is refused as well.
			inField := append([]byte{0x81, 0xa1, 'x'}, bytes...)
			var none struct{}
			if err := codec.Decode(inField, &none, carrying(0)); err == nil {
				t.Error("it is read over")
			}
		})
	}
	t.Run("§5.1 a key that is there twice is refused for each type of a map", func(t *testing.T) {
		twice := []byte{0x82, 0xa1, 'N', 1, 0xa1, 'N', 2}
		refuses[map[string]int](t, twice, "a key that is there twice at $.N")
		refuses[struct{ N int }](t, twice, "a key that is there twice at $.N")
		refuses[struct{}](t, twice, "a key that is there twice at $.N")
	})
	t.Run("§5.7 an end that is not mentioned is refused", func(t *testing.T) {
		var value any
		if err := codec.Decode([]byte{0xc0}, &value, carrying(1)); err == nil {
			t.Error("it is lost")
		}
	})
	t.Run("of another type than expected is refused, with its place", func(t *testing.T) {
		refuses[struct{ Items []order }](t, encoded(t, map[string]any{"Items": []any{map[string]any{"pieces": "three"}}}),
			"text, which is no int, at $.Items[0].pieces")
		refuses[[]int](t, encoded(t, map[string]any{}), "a map, which is no []int, at $")
		refuses[int](t, encoded(t, nil), "nil, which is no int, at $")
		refuses[[2]int](t, encoded(t, []int{1}), "an array, which is no [2]int, at $")
		refuses[string](t, encoded(t, []byte("x")), "bytes, which is no string, at $")
		refuses[[]byte](t, encoded(t, "x"), "text, which is no []uint8, at $")
		refuses[error](t, encoded(t, "x"), "text, which is no error, at $")
		refuses[time.Time](t, encoded(t, "x"), "text, which is no time.Time, at $")
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x82, 0xa4, 'i', 't', 'e', 'm', 0xa1, 'x', 0xa1, 'y', 0x91, 0xd4, 0x01, 0x00})
	for _, name := range []string{"Bool", "Int", "Bytes", "Array", "List", "Grid", "Pointer", "Any", "Map", "When", "End", "Ends", "Time", "tags"} {
		for _, value := range []string{"\x01", "\xc4\x02ab", "\x92\x80\x91\x01", "\x81\xa1x\x80", "\xd6\xff\x00\x00\x00\x01", "\xd4\x01\x00", "\xc0"} {
			f.Add(append(append([]byte{0x81, byte(0xa0 + len(name))}, name...), value...))
		}
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		var value any
		err := codec.Decode(bytes, &value, carrying(1))
		var typed everything
		_ = codec.Decode(bytes, &typed, carrying(1))
		if err != nil {
			return
		}
		if _, err := codec.Encode(value, &cargo{}); err != nil && !strings.Contains(err.Error(), "nested deeper") {
			t.Errorf("%x was read, and cannot be written: %v", bytes, err)
		}
	})
}
