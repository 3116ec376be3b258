// A peer of urna's log in another language.
//
// Signed notes, key ids, hashes, trees, proofs and tiles are those of golang.org/x/mod/sumdb/note and
// golang.org/x/mod/sumdb/tlog, from which the C2SP formats come. What that package does not have is written here, from
// the C2SP texts: the three lines of a checkpoint, a cosignature's message, bundles of entries, the file of a proof.
//
//	peer verify FOLDER LOG-VKEY WITNESS-VKEY...   checks every checkpoint, entry, tile and proof of a log's folder
//	peer proof FILE LOG-VKEY WITNESS-VKEY...      checks a tlog-proof whose extra line is the entry
//	peer growth FILE OLD-ROOT LOG-VKEY            checks a request to a witness: its consistency proof from an old root
//	peer make FOLDER SIZE...                      makes a log, its witness, its proofs; prints their keys
//	peer ask ADDRESS FOLDER LOG-VKEY WITNESS-VKEY asks a witness over HTTP to cosign each checkpoint of a made log
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height      = 8
	width       = 1 << height
	cosignature = 4 // C2SP signature type of a timestamped Ed25519 cosignature
)

func main() {
	verbs := map[string]func([]string){"verify": verify, "proof": proof, "growth": growth, "make": makeLog, "ask": ask}
	verbs[os.Args[1]](os.Args[2:])
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func demand(ok bool, format string, values ...any) {
	if !ok {
		must(fmt.Errorf(format, values...))
	}
}

// --- Keys and notes.

type witness struct {
	name string
	id   uint32
	pub  ed25519.PublicKey
	key  ed25519.PrivateKey
}

func keyID(name string, public []byte) uint32 {
	sum := sha256.Sum256([]byte(name + "\n" + string(append([]byte{cosignature}, public...))))
	return binary.BigEndian.Uint32(sum[:4])
}

func newWitness(vkey string) *witness {
	parts := strings.SplitN(vkey, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	demand(len(raw) == 33 && raw[0] == cosignature, "not a witness's key: %q", vkey)
	id := keyID(parts[0], raw[1:])
	demand(fmt.Sprintf("%08x", id) == parts[1], "key id of %q is %08x", vkey, id)
	return &witness{name: parts[0], id: id, pub: raw[1:]}
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.id }

func message(text []byte, timestamp uint64) []byte {
	return []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", timestamp, text))
}

func (w *witness) Verify(text, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	timestamp := binary.BigEndian.Uint64(sig)
	return timestamp > 0 && ed25519.Verify(w.pub, message(text, timestamp), sig[8:])
}

func (w *witness) Sign(text []byte) ([]byte, error) {
	timestamp := uint64(time.Now().Unix())
	sig := binary.BigEndian.AppendUint64(nil, timestamp)
	return append(sig, ed25519.Sign(w.key, message(text, timestamp))...), nil
}

func verifiers(vkeys []string) []note.Verifier {
	log, err := note.NewVerifier(vkeys[0])
	must(err)
	known := []note.Verifier{log}
	for _, vkey := range vkeys[1:] {
		known = append(known, newWitness(vkey))
	}
	return known
}

// open checks that every known key signed the note, and returns the tree that it is about.
func open(data []byte, known []note.Verifier) tlog.Tree {
	opened, err := note.Open(data, note.VerifierList(known...))
	must(err)
	demand(len(opened.Sigs) == len(known), "%d of %d keys signed", len(opened.Sigs), len(known))
	lines := strings.Split(opened.Text, "\n")
	demand(len(lines) == 4 && lines[0] == known[0].Name() && lines[3] == "", "not a checkpoint: %q", opened.Text)
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// --- The files of a log.

type folder string

func (f folder) Height() int                         { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(f.path(tile))
		if errors.Is(err, os.ErrNotExist) {
			full := tile
			full.W = width
			if data, err = os.ReadFile(f.path(full)); err == nil {
				data = data[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) path(tile tlog.Tile) string {
	return filepath.Join(string(f), "tile", strings.TrimPrefix(tile.Path(), "tile/8/"))
}

func (f folder) bundlePath(index int64, count int) string {
	tile := tlog.Tile{H: height, L: 0, N: index, W: count}
	return filepath.Join(string(f), "tile/entries", strings.TrimPrefix(tile.Path(), "tile/8/0/"))
}

func (f folder) entries(size int64) [][]byte {
	var all [][]byte
	for index := int64(0); index*width < size; index++ {
		count := int(size - index*width)
		if count > width {
			count = width
		}
		data, err := os.ReadFile(f.bundlePath(index, count))
		must(err)
		for ; count > 0; count-- {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
		demand(len(data) == 0, "bundle %d has bytes left over", index)
	}
	return all
}

// --- Checking what urna made.

func verify(args []string) {
	place, known := folder(args[0]), verifiers(args[1:])
	data, err := os.ReadFile(filepath.Join(args[0], "checkpoint"))
	must(err)
	tree := open(data, known)
	reader := tlog.TileHashReader(tree, place) // believes no tile that does not lead to the root
	entries := place.entries(tree.N)
	for index, entry := range entries {
		leaf := tlog.RecordHash(entry)
		found, err := tlog.ProveRecord(tree.N, int64(index), reader)
		must(err)
		must(tlog.CheckRecord(found, tree.N, tree.Hash, int64(index), leaf))
	}
	old, err := filepath.Glob(filepath.Join(args[0], "checkpoints", "*"))
	must(err)
	for _, path := range old {
		data, err := os.ReadFile(path)
		must(err)
		before := open(data, known)
		demand(filepath.Base(path) == strconv.FormatInt(before.N, 10), "%s is of %d entries", path, before.N)
		found, err := tlog.ProveTree(tree.N, before.N, reader)
		must(err)
		must(tlog.CheckTree(found, tree.N, tree.Hash, before.N, before.Hash))
	}
	fmt.Printf("%d entries, %d checkpoints\n", len(entries), len(old))
}

func hashes(lines []string) []tlog.Hash {
	var all []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		must(err)
		all = append(all, hash)
	}
	return all
}

func proof(args []string) {
	data, err := os.ReadFile(args[0])
	must(err)
	head, checkpoint, ok := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	demand(ok && len(lines) > 2 && lines[0] == "c2sp.org/tlog-proof@v1", "not a proof")
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err)
	tree := open(checkpoint, verifiers(args[1:]))
	must(tlog.CheckRecord(hashes(lines[3:]), tree.N, tree.Hash, index, tlog.RecordHash(entry)))
	fmt.Printf("entry %d of %d\n", index, tree.N)
}

func growth(args []string) {
	data, err := os.ReadFile(args[0])
	must(err)
	head, checkpoint, ok := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	demand(ok && strings.HasPrefix(lines[0], "old "), "not a request")
	old, err := strconv.ParseInt(lines[0][4:], 10, 64)
	must(err)
	root, err := hex.DecodeString(args[1])
	must(err)
	tree := open(checkpoint, verifiers(args[2:]))
	must(tlog.CheckTree(hashes(lines[1:]), tree.N, tree.Hash, old, tlog.Hash(*(*[32]byte)(root))))
	fmt.Printf("%d grew to %d\n", old, tree.N)
}

// --- Making what urna checks.

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, index := range indexes {
		all = append(all, s[index])
	}
	return all, nil
}

func write(path string, data []byte) {
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	must(os.WriteFile(path, data, 0o644))
}

func makeLog(args []string) {
	place, name := folder(args[0]), "peer.example/log"
	secret, vkey, err := note.GenerateKey(rand.Reader, name)
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	cosigner := &witness{"peer.example/witness", keyID("peer.example/witness", public), public, private}
	var all stored
	var entries [][]byte
	var before int64
	for _, arg := range args[1:] {
		size, err := strconv.ParseInt(arg, 10, 64)
		must(err)
		for n := before; n < size; n++ {
			entry := []byte(fmt.Sprintf("peer's entry %d", n))
			entries = append(entries, entry)
			more, err := tlog.StoredHashes(n, entry, all)
			must(err)
			all = append(all, more...)
		}
		writeTiles(place, all, entries, before, size)
		writeCheckpoint(place, all, before, size, signer, cosigner)
		before = size
	}
	for n := int64(0); n < before; n++ {
		found, err := tlog.ProveRecord(before, n, all)
		must(err)
		write(filepath.Join(args[0], "proofs", strconv.FormatInt(n, 10)), lines(found))
	}
	raw := append([]byte{cosignature}, public...)
	fmt.Printf("%s\n%s+%08x+%s\n", vkey, cosigner.name, cosigner.id, base64.StdEncoding.EncodeToString(raw))
}

func lines(hashes []tlog.Hash) []byte {
	var all strings.Builder
	for _, hash := range hashes {
		all.WriteString(hash.String() + "\n")
	}
	return []byte(all.String())
}

func writeTiles(place folder, all stored, entries [][]byte, before, size int64) {
	for _, tile := range tlog.NewTiles(height, before, size) {
		data, err := tlog.ReadTileData(tile, all)
		must(err)
		write(place.path(tile), data)
		if tile.L == 0 {
			var bundle []byte
			for _, entry := range entries[tile.N*width : tile.N*width+int64(tile.W)] {
				bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
			}
			write(place.bundlePath(tile.N, tile.W), bundle)
		}
	}
}

func writeCheckpoint(place folder, all stored, before, size int64, signers ...note.Signer) {
	root, err := tlog.TreeHash(size, all)
	must(err)
	text := fmt.Sprintf("%s\n%d\n%s\n", signers[0].Name(), size, root)
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	must(err)
	write(filepath.Join(string(place), "checkpoint"), signed)
	write(filepath.Join(string(place), "checkpoints", strconv.FormatInt(size, 10)), signed)
	if before > 0 {
		found, err := tlog.ProveTree(size, before, all)
		must(err)
		write(filepath.Join(string(place), "growth", strconv.FormatInt(size, 10)), lines(found))
	}
}

// --- Asking a witness.

func ask(args []string) {
	address, place, vkeys := args[0], args[1], args[2:]
	names, err := os.ReadDir(filepath.Join(place, "checkpoints"))
	must(err)
	var sizes []int
	for _, entry := range names {
		size, err := strconv.Atoi(entry.Name())
		must(err)
		sizes = append(sizes, size)
	}
	sort.Ints(sizes)
	old := 0
	for _, size := range sizes {
		checkpoint, err := os.ReadFile(filepath.Join(place, "checkpoints", strconv.Itoa(size)))
		must(err)
		var hashes []byte
		if old > 0 {
			hashes, err = os.ReadFile(filepath.Join(place, "growth", strconv.Itoa(size)))
			must(err)
		}
		status, _, body := post(address, size+1, nil, checkpoint)
		demand(status == 400, "an old size above the new one was answered with %d: %s", status, body)
		status, kind, body := post(address, old+1-2*(old%2), nil, checkpoint)
		demand(status == 409 && kind == "text/x.tlog.size" && string(body) == fmt.Sprintf("%d\n", old),
			"a wrong old size was answered with %d, %s, %q", status, kind, body)
		status, _, body = post(address, old, hashes, checkpoint)
		demand(status == 200, "size %d was answered with %d: %s", size, status, body)
		text, _, _ := bytes.Cut(checkpoint, []byte("\n\n"))
		first := bytes.SplitAfter(checkpoint[len(text)+2:], []byte("\n"))[0]
		signed := append(append(append(text, "\n\n"...), first...), body...)
		demand(open(signed, verifiers(vkeys)).N == int64(size), "cosigned another size")
		old = size
	}
	fmt.Printf("%d checkpoints cosigned\n", len(sizes))
}

func post(address string, old int, hashes, checkpoint []byte) (int, string, []byte) {
	body := append(append([]byte(fmt.Sprintf("old %d\n", old)), hashes...), '\n')
	answer, err := http.Post(address+"/add-checkpoint", "text/plain", bytes.NewReader(append(body, checkpoint...)))
	must(err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	must(err)
	return answer.StatusCode, answer.Header.Get("Content-Type"), data
}
