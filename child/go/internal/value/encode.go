package value

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"handover/internal/msgpack"
)

// Encode is a value as bytes. The error is a *Problem.
func (c *Codec) Encode(value any, ends Leaving) ([]byte, error) {
	encoder := encoder{codec: c, ends: ends}
	if err := encoder.value(reflect.ValueOf(value)); err != nil {
		return nil, under("", err)
	}
	return encoder.bytes, nil
}

type encoder struct {
	codec *Codec
	ends  Leaving
	bytes []byte
	depth int
}

func (e *encoder) value(v reflect.Value) error {
	v, err := pointed(v)
	if err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Invalid:
		e.bytes = msgpack.AppendNil(e.bytes)
	case reflect.Bool:
		e.bytes = msgpack.AppendBool(e.bytes, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.bytes = msgpack.AppendInt(e.bytes, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.bytes = msgpack.AppendUint(e.bytes, v.Uint())
	case reflect.Float32:
		e.bytes = msgpack.AppendFloat32(e.bytes, float32(v.Float()))
	case reflect.Float64:
		e.bytes = msgpack.AppendFloat64(e.bytes, v.Float())
	case reflect.String:
		return e.text(v.String())
	case reflect.Slice, reflect.Array:
		return e.list(v)
	case reflect.Map:
		return e.pairs(v)
	case reflect.Struct:
		return e.structure(v)
	case reflect.Chan:
		return &Problem{What: fmt.Sprintf("a %s, which is of this process alone (handover.Open makes a channel that can travel)", v.Type())}
	default:
		return &Problem{What: fmt.Sprintf("a %s, which has no form that could travel", v.Type())}
	}
	return nil
}

// pointed is what pointers and interfaces lead to; the zero Value for nil.
func pointed(v reflect.Value) (reflect.Value, error) {
	for range deepest {
		if v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
			return v, nil
		}
		v = v.Elem()
	}
	return v, tooDeep()
}

func tooDeep() *Problem {
	return &Problem{What: fmt.Sprintf("what is nested deeper than %d levels, or contains itself,", deepest)}
}

func (e *encoder) text(text string) error {
	if !utf8.ValidString(text) {
		return &Problem{What: "a string that is not UTF-8 (send bytes as []byte)"}
	}
	e.bytes = msgpack.AppendString(e.bytes, text)
	return nil
}

func (e *encoder) list(v reflect.Value) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		e.bytes = msgpack.AppendBytes(e.bytes, bytesOf(v))
		return nil
	}
	return e.inside(func() error {
		e.bytes = msgpack.AppendArray(e.bytes, v.Len())
		for i := range v.Len() {
			if err := e.value(v.Index(i)); err != nil {
				return under(fmt.Sprintf("[%d]", i), err)
			}
		}
		return nil
	})
}

func bytesOf(v reflect.Value) []byte {
	if v.Kind() == reflect.Slice || v.CanAddr() {
		return v.Bytes()
	}
	bytes := make([]byte, v.Len())
	for i := range bytes {
		bytes[i] = byte(v.Index(i).Uint())
	}
	return bytes
}

func (e *encoder) pairs(v reflect.Value) error {
	if v.Type().Key().Kind() != reflect.String {
		return &Problem{What: fmt.Sprintf("a %s, whose keys are no text", v.Type())}
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(one, other reflect.Value) int { return strings.Compare(one.String(), other.String()) })
	return e.inside(func() error {
		e.bytes = msgpack.AppendMap(e.bytes, len(keys))
		for _, key := range keys {
			if err := e.text(key.String()); err != nil {
				return &Problem{What: "a map with a key that is not UTF-8"}
			}
			if err := e.value(v.MapIndex(key)); err != nil {
				return under(step(key.String()), err)
			}
		}
		return nil
	})
}

func (e *encoder) structure(v reflect.Value) error {
	shape := e.codec.shapeOf(v.Type())
	switch {
	case shape.problem != nil:
		return shape.problem
	case shape.kind == moment:
		e.bytes = msgpack.AppendMoment(e.bytes, v.Interface().(time.Time))
		return nil
	case shape.kind == end:
		place, err := e.ends.Place(v)
		e.bytes = msgpack.AppendEnd(e.bytes, place)
		return err
	}
	return e.inside(func() error { return e.record(v, shape) })
}

func (e *encoder) record(v reflect.Value, shape *shape) error {
	present := make([]reflect.Value, len(shape.fields))
	count := 0
	for i, field := range shape.fields {
		if inner, isThere := field.of(v); isThere && !field.omits(inner) {
			present[i] = inner
			count++
		}
	}
	e.bytes = msgpack.AppendMap(e.bytes, count)
	for i, field := range shape.fields {
		if !present[i].IsValid() {
			continue
		}
		e.bytes = msgpack.AppendString(e.bytes, field.name)
		if err := e.value(present[i]); err != nil {
			return under(step(field.name), err)
		}
	}
	return nil
}

func (e *encoder) inside(write func() error) error {
	if e.depth++; e.depth > deepest {
		return tooDeep()
	}
	defer func() { e.depth-- }()
	return write()
}

// step is how a path goes to a key.
func step(key string) string {
	for i, letter := range key {
		isLetter := letter == '_' || 'a' <= letter && letter <= 'z' || 'A' <= letter && letter <= 'Z'
		if !isLetter && (i == 0 || letter < '0' || letter > '9') {
			return fmt.Sprintf("[%q]", key)
		}
	}
	if key == "" {
		return `[""]`
	}
	return "." + key
}
