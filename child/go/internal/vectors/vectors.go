// Package vectors reads the golden vectors that all runtimes share, test/vectors, for the tests of this one.
package vectors

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Read reads the vectors of a file as a list of T.
func Read[T any](t *testing.T, file string) []T {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../../../test/vectors", file))
	if err != nil {
		t.Fatal(err)
	}
	var content struct{ Vectors []T }
	if err := json.Unmarshal(text, &content); err != nil {
		t.Fatal(err)
	}
	if len(content.Vectors) == 0 {
		t.Fatalf("%s has no vectors", file)
	}
	return content.Vectors
}

// Hex is bytes in hexadecimal digits, in JSON.
type Hex []byte

// UnmarshalJSON is for encoding/json.
func (h *Hex) UnmarshalJSON(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	bytes, err := hex.DecodeString(digits)
	*h = bytes
	return err
}
