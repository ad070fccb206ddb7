package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// makeLog makes a log of Tessera's in a folder, of that origin, with the entries of a file (an entry bundle of any length).
// Beside it lie log.vkey and, made by torchwood, the proof of the last entry: last.tlog-proof.
func makeLog(words []string) error {
	folder, origin, rest := words[0], words[1], read(words[2])
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	driver, err := posix.New(ctx, posix.Config{Path: folder})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().WithCheckpointSigner(signer).WithCheckpointInterval(200 * time.Millisecond)
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	var last tessera.IndexFuture
	for len(rest) > 0 {
		var entry []byte
		if entry, rest, err = torchwood.ReadTileEntry(rest); err != nil {
			return err
		}
		last = appender.Add(ctx, tessera.NewEntry(entry))
	}
	awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 50*time.Millisecond)
	if _, _, err := awaiter.Await(ctx, last); err != nil {
		return err
	}
	if err := shutdown(ctx); err != nil {
		return err
	}
	key := filepath.Join(folder, "log.vkey")
	if err := os.WriteFile(key, []byte(public+"\n"), 0o644); err != nil {
		return err
	}
	return proveLast(folder, public)
}

func proveLast(folder, public string) error {
	signed := read(filepath.Join(folder, "checkpoint"))
	_, tree, err := openNote(public, signed)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveRecord(tree.N, tree.N-1, tlog.TileHashReader(tree, tiles(folder)))
	if err != nil {
		return fmt.Errorf("prove: %w", err)
	}
	return os.WriteFile(filepath.Join(folder, "last.tlog-proof"), torchwood.FormatProof(tree.N-1, proof, signed), 0o644)
}

// cosign makes a witness of torchwood's that signs a checkpoint (a file): its key goes to the second file, its line to the third.
func cosign(words []string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	signer, err := torchwood.NewCosignatureSigner("witness.example/torchwood", key)
	if err != nil {
		return err
	}
	opened, err := note.Sign(&note.Note{Text: body(read(words[0]))}, signer)
	if err != nil {
		return err
	}
	if err := os.WriteFile(words[1], []byte(signer.Verifier().String()+"\n"), 0o644); err != nil {
		return err
	}
	line := strings.TrimPrefix(string(opened), body(read(words[0]))+"\n")
	return os.WriteFile(words[2], []byte(line), 0o644)
}

func body(signed []byte) string {
	text, _, _ := strings.Cut(string(signed), "\n\n")
	return text + "\n"
}
