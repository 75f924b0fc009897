package value

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"handover/internal/msgpack"
)

// Decode reads a value into what a pointer points to. Nobody may change the bytes from then on. The error is a *Problem.
func (c *Codec) Decode(data []byte, into any, ends Coming) error {
	decoder := decoder{codec: c, ends: ends, reader: msgpack.NewReader(data), length: len(data)}
	if err := decoder.next(reflect.ValueOf(into).Elem()); err != nil {
		return under("", err)
	}
	if left := decoder.reader.Left(); left > 0 {
		return &Problem{What: fmt.Sprintf("%d bytes that follow the value,", left)}
	}
	for place := range ends.Count() {
		if !decoder.mentioned[place] {
			return &Problem{What: fmt.Sprintf("an end of the list (place %d) that the value does not mention,", place)}
		}
	}
	return nil
}

type decoder struct {
	codec     *Codec
	ends      Coming
	reader    *msgpack.Reader
	length    int
	depth     int
	mentioned [256]bool
}

// next reads a value into a variable.
func (d *decoder) next(into reflect.Value) error {
	token, err := d.reader.Next()
	if err != nil {
		return err
	}
	return d.read(token, into)
}

func (d *decoder) read(token msgpack.Token, into reflect.Value) error {
	if token.Kind == msgpack.Nil {
		return setNil(into)
	}
	switch into.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(into.Type().Elem())
		into.Set(fresh)
		return d.read(token, fresh.Elem())
	case reflect.Interface:
		if into.NumMethod() > 0 {
			return mismatch(token, into)
		}
		value, err := d.any(token)
		if err == nil {
			into.Set(reflect.ValueOf(value))
		}
		return err
	case reflect.Struct:
		return d.structure(token, into)
	}
	switch token.Kind {
	case msgpack.Array:
		return d.list(token.Length, token, into)
	case msgpack.Map:
		return d.pairs(token, into)
	case msgpack.Bytes:
		return d.bytes(token, into)
	case msgpack.Place:
		if err := d.mention(token); err != nil {
			return err
		}
	}
	return scalar(token, into)
}

func setNil(into reflect.Value) error {
	switch into.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		into.SetZero()
		return nil
	}
	return mismatch(msgpack.Token{Kind: msgpack.Nil}, into)
}

func scalar(token msgpack.Token, into reflect.Value) error {
	switch into.Kind() {
	case reflect.Bool:
		if token.Kind == msgpack.Bool {
			into.SetBool(token.Int == 1)
			return nil
		}
	case reflect.String:
		if token.Kind == msgpack.Text {
			into.SetString(string(token.Bytes))
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number, isWhole := signed(token)
		if isWhole && !into.OverflowInt(number) {
			into.SetInt(number)
			return nil
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		number, isWhole := unsigned(token)
		if isWhole && !into.OverflowUint(number) {
			into.SetUint(number)
			return nil
		}
	case reflect.Float32, reflect.Float64:
		number, isExact := float(token)
		if isExact && (into.Kind() == reflect.Float64 || isSingle(number)) {
			into.SetFloat(number)
			return nil
		}
	}
	return mismatch(token, into)
}

// signed is a whole number, also one that came as a float: JavaScript has one type for both.
func signed(token msgpack.Token) (int64, bool) {
	if token.Kind == msgpack.Float {
		isWhole := token.Float == math.Trunc(token.Float) && -0x1p63 <= token.Float && token.Float < 0x1p63
		return int64(token.Float), isWhole
	}
	return token.Int, token.Kind == msgpack.Int
}

func unsigned(token msgpack.Token) (uint64, bool) {
	switch token.Kind {
	case msgpack.Uint:
		return token.Uint, true
	case msgpack.Float:
		isWhole := token.Float == math.Trunc(token.Float) && 0 <= token.Float && token.Float < 0x1p64
		return uint64(token.Float), isWhole
	}
	return uint64(token.Int), token.Kind == msgpack.Int && token.Int >= 0
}

// float is a number, also one that came as a whole one, if a float64 has exactly that.
func float(token msgpack.Token) (float64, bool) {
	switch token.Kind {
	case msgpack.Int:
		number := float64(token.Int)
		return number, number < 0x1p63 && int64(number) == token.Int
	case msgpack.Uint:
		number := float64(token.Uint)
		return number, number < 0x1p64 && uint64(number) == token.Uint
	}
	return token.Float, token.Kind == msgpack.Float
}

func isSingle(number float64) bool {
	return number != number || float64(float32(number)) == number
}

func mismatch(token msgpack.Token, into reflect.Value) error {
	shown := token.Kind.String()
	switch token.Kind {
	case msgpack.Int:
		shown = fmt.Sprintf("the number %d", token.Int)
	case msgpack.Uint:
		shown = fmt.Sprintf("the number %d", token.Uint)
	case msgpack.Float:
		shown = fmt.Sprintf("the number %v", token.Float)
	}
	return &Problem{What: fmt.Sprintf("%s, which is no %s,", shown, into.Type())}
}

// mostAhead is how many elements room is made for before they have come.
const mostAhead = 1024

func (d *decoder) list(length int, token msgpack.Token, into reflect.Value) error {
	isArray := into.Kind() == reflect.Array && into.Len() == length
	if !isArray && into.Kind() != reflect.Slice {
		return mismatch(token, into)
	}
	if into.Kind() == reflect.Slice {
		into.Set(reflect.MakeSlice(into.Type(), 0, min(length, mostAhead)))
	}
	return d.inside(func() error {
		for i := range length {
			if !isArray {
				into.Grow(1)
				into.SetLen(i + 1)
				into.Index(i).SetZero()
			}
			if err := d.next(into.Index(i)); err != nil {
				return under(fmt.Sprintf("[%d]", i), err)
			}
		}
		return nil
	})
}

func (d *decoder) bytes(token msgpack.Token, into reflect.Value) error {
	isSlice := into.Kind() == reflect.Slice
	if !isSlice && into.Kind() != reflect.Array || into.Type().Elem().Kind() != reflect.Uint8 {
		return mismatch(token, into)
	}
	if isSlice {
		into.SetBytes(d.owned(token.Bytes))
		return nil
	}
	if into.Len() != len(token.Bytes) {
		return mismatch(token, into)
	}
	for i, one := range token.Bytes {
		into.Index(i).SetUint(uint64(one))
	}
	return nil
}

// owned are bytes that may stay: those that are the most of a value keep it alive, fewer are copied.
func (d *decoder) owned(some []byte) []byte {
	if 2*len(some) > d.length {
		return some
	}
	return append(make([]byte, 0, len(some)), some...)
}

func (d *decoder) pairs(token msgpack.Token, into reflect.Value) error {
	if into.Kind() != reflect.Map || into.Type().Key().Kind() != reflect.String {
		return mismatch(token, into)
	}
	into.Set(reflect.MakeMapWithSize(into.Type(), min(token.Length, mostAhead)))
	return d.entries(token.Length, func(name string) error {
		key := reflect.ValueOf(name).Convert(into.Type().Key())
		if into.MapIndex(key).IsValid() {
			return errTwice
		}
		element := reflect.New(into.Type().Elem()).Elem()
		if err := d.next(element); err != nil {
			return err
		}
		into.SetMapIndex(key, element)
		return nil
	})
}

var errTwice = errors.New("a key that is there twice")

// entries reads those of a map, each with its key first.
func (d *decoder) entries(length int, entry func(name string) error) error {
	return d.inside(func() error {
		for range length {
			key, err := d.reader.Next()
			if err != nil {
				return err
			}
			if key.Kind != msgpack.Text {
				return &Problem{What: fmt.Sprintf("a key that is %s", key.Kind)}
			}
			name := string(key.Bytes)
			if err := entry(name); err != nil {
				return under(step(name), err)
			}
		}
		return nil
	})
}

func (d *decoder) structure(token msgpack.Token, into reflect.Value) error {
	shape := d.codec.shapeOf(into.Type())
	switch {
	case shape.kind == moment && token.Kind == msgpack.Time:
		into.Set(reflect.ValueOf(token.Time))
		return nil
	case shape.kind == end && token.Kind == msgpack.Place:
		if err := d.mention(token); err != nil {
			return err
		}
		return d.ends.Fill(int(token.Int), into)
	case shape.kind == record && token.Kind == msgpack.Map:
		return d.record(token.Length, into, shape)
	}
	return mismatch(token, into)
}

// record reads the fields that the struct has; what else there is, is read over.
func (d *decoder) record(length int, into reflect.Value, shape *shape) error {
	into.SetZero()
	seen := make(map[string]bool, min(length, mostAhead))
	return d.entries(length, func(name string) error {
		if seen[name] {
			return errTwice
		}
		seen[name] = true
		if i, isThere := shape.named(name); isThere {
			return d.next(shape.fields[i].made(into))
		}
		return d.over()
	})
}

// over reads over a value, as strictly as it would be read.
func (d *decoder) over() error {
	token, err := d.reader.Next()
	if err != nil {
		return err
	}
	switch token.Kind {
	case msgpack.Place:
		return d.mention(token)
	case msgpack.Array:
		return d.inside(func() error {
			for range token.Length {
				if err := d.over(); err != nil {
					return err
				}
			}
			return nil
		})
	case msgpack.Map:
		seen := make(map[string]bool, min(token.Length, mostAhead))
		return d.entries(token.Length, func(name string) error {
			if seen[name] {
				return errTwice
			}
			seen[name] = true
			return d.over()
		})
	}
	return nil
}

// any is a value as the type that is natural for it.
func (d *decoder) any(token msgpack.Token) (any, error) {
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
		return d.owned(token.Bytes), nil
	case msgpack.Time:
		return token.Time, nil
	case msgpack.Place:
		if err := d.mention(token); err != nil {
			return nil, err
		}
		return d.ends.Any(int(token.Int)), nil
	case msgpack.Array:
		list := make([]any, 0, min(token.Length, mostAhead))
		err := d.list(token.Length, token, reflect.ValueOf(&list).Elem())
		return list, err
	default:
		pairs := make(map[string]any, min(token.Length, mostAhead))
		err := d.entries(token.Length, func(name string) error {
			if _, isThere := pairs[name]; isThere {
				return errTwice
			}
			var element any
			err := d.next(reflect.ValueOf(&element).Elem())
			pairs[name] = element
			return err
		})
		return pairs, err
	}
}

func (d *decoder) mention(token msgpack.Token) error {
	if int(token.Int) >= d.ends.Count() {
		return &Problem{What: fmt.Sprintf("an end with the place %d, in a value that carries %d,", token.Int, d.ends.Count())}
	}
	d.mentioned[token.Int] = true
	return nil
}

func (d *decoder) inside(read func() error) error {
	if d.depth++; d.depth > deepestRead {
		return &Problem{What: fmt.Sprintf("what is nested deeper than %d levels", deepestRead)}
	}
	defer func() { d.depth-- }()
	return read()
}
