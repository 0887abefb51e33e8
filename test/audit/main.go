// Checks a timeline's log over HTTP with golang.org/x/mod/sumdb alone, the code of the Go checksum database's
// clients: the note's signature, every tile and every entry against its root, and proofs of inclusion and
// consistency at random positions. It shares nothing with the service but the formats.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run main.go http://127.0.0.1:3000/v1/timelines/T/log
//
// (Debian: golang-go and golang-golang-x-mod-dev.) Prints counts and exits 0, or says what is wrong and exits 1.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 256
	probes = 40
)

var base string

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: main http://host/v1/timelines/T/log")
		os.Exit(2)
	}
	base = strings.TrimSuffix(os.Args[1], "/")
	verifier, err := note.NewVerifier(strings.TrimSpace(string(get("/key"))))
	check("the key", err)
	tree := openCheckpoint(verifier)
	reader := tlog.TileHashReader(tree, tiles{})
	leaves := readLeaves(tree, reader)
	checkEntries(leaves)
	checkInclusion(tree, leaves)
	checkConsistency(tree, reader)
	fmt.Printf("%s: %d entries, root %s: note, tiles, entries and %d proofs are right\n",
		verifier.Name(), tree.N, tree.Hash, 2*probes)
}

func openCheckpoint(verifier note.Verifier) tlog.Tree {
	signed, err := note.Open(get("/checkpoint"), note.VerifierList(verifier))
	check("the checkpoint's signature", err)
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("the checkpoint's text: %q", signed.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check("the checkpoint's size", err)
	root, err := tlog.ParseHash(lines[2])
	check("the checkpoint's root", err)
	return tlog.Tree{N: size, Hash: root}
}

// readLeaves reads every leaf hash; each tile is checked against the root as it is read.
func readLeaves(tree tlog.Tree, reader tlog.HashReader) []tlog.Hash {
	indexes := make([]int64, tree.N)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	leaves, err := reader.ReadHashes(indexes)
	check("the tiles", err)
	return leaves
}

func checkEntries(leaves []tlog.Hash) {
	for begin := 0; begin < len(leaves); begin += width {
		end := begin + width
		if end > len(leaves) {
			end = len(leaves)
		}
		tile := tlog.Tile{H: height, L: 0, N: int64(begin / width), W: end - begin}
		bundle := get("/" + strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1))
		for i := begin; i < end; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				fail("the bundle of entry %d is too short", i)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:2+length]) != leaves[i] {
				fail("entry %d is not the one in the tree", i)
			}
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			fail("the bundle from %d has bytes left over", begin)
		}
	}
}

func checkInclusion(tree tlog.Tree, leaves []tlog.Hash) {
	for i := 0; i < probes; i++ {
		position := rand.Int63n(tree.N)
		var proof struct {
			Position, Size int64
			LeafHash       tlog.Hash
			Hashes         tlog.RecordProof
		}
		fetch(&proof, "/proof?position=%d&size=%d", position, tree.N)
		if proof.Position != position || proof.Size != tree.N || proof.LeafHash != leaves[position] {
			fail("the proof of %d is another's", position)
		}
		err := tlog.CheckRecord(proof.Hashes, tree.N, tree.Hash, position, proof.LeafHash)
		check(fmt.Sprintf("the proof of inclusion of %d", position), err)
	}
}

func checkConsistency(tree tlog.Tree, reader tlog.HashReader) {
	for i := 0; i < probes; i++ {
		from := 1 + rand.Int63n(tree.N)
		older, err := tlog.TreeHash(from, reader)
		check("the tiles", err)
		var proof struct {
			From, To int64
			Hashes   tlog.TreeProof
		}
		fetch(&proof, "/consistency?from=%d&to=%d", from, tree.N)
		if proof.From != from || proof.To != tree.N {
			fail("the proof from %d is another's", from)
		}
		check(fmt.Sprintf("the proof of consistency from %d", from),
			tlog.CheckTree(proof.Hashes, tree.N, tree.Hash, from, older))
	}
}

// tiles reads C2SP tlog-tiles, whose paths do not name the height.
type tiles struct{}

func (tiles) Height() int { return height }

func (tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data[i] = get("/" + strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
	}
	return data, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func fetch(into interface{}, format string, args ...interface{}) {
	path := fmt.Sprintf(format, args...)
	check(path, json.Unmarshal(get(path), into))
}

func get(path string) []byte {
	answer, err := http.Get(base + path)
	check(path, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	check(path, err)
	if answer.StatusCode != 200 {
		fail("%s: %s", path, answer.Status)
	}
	return body
}

func check(what string, err error) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, "WRONG: "+format+"\n", args...)
	os.Exit(1)
}
