// This program is a real MongoDB-compatible server for the tests: FerretDB on its SQLite backend.
// It knows nothing of traces. It listens on loopback, prints its address as one line on standard
// output, and ends when its standard input closes, so that it cannot outlive the test that began it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/FerretDB/FerretDB/internal/backends/sqlite"
	"github.com/FerretDB/FerretDB/internal/clientconn"
	"github.com/FerretDB/FerretDB/internal/clientconn/connmetrics"
	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/FerretDB/internal/util/password"
	"github.com/FerretDB/FerretDB/internal/util/state"
)

func main() {
	directory := flag.String("dir", "", "an existing directory for the SQLite files")
	username := flag.String("username", "", "demand SCRAM authentication as this user; the password is in MONGO_PASSWORD")
	flag.Parse()

	// FerretDB warns of every refused command; tests refuse on purpose.
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))

	provider, err := state.NewProvider("")
	exitOn(err)
	exitOn(provider.Update(func(s *state.State) {
		s.DisableTelemetry()
		s.TelemetryLocked = true
	}))

	backend, err := sqlite.NewBackend(&sqlite.NewBackendParams{
		URI:       "file:" + *directory + "/",
		L:         logger,
		P:         provider,
		BatchSize: 100,
	})
	exitOn(err)

	const address = "127.0.0.1:0"
	metrics := connmetrics.NewListenerMetrics()
	options := &handler.NewOpts{
		Backend:                 backend,
		TCPHost:                 address,
		L:                       logger,
		ConnMetrics:             metrics.ConnMetrics,
		StateProvider:           provider,
		CappedCleanupPercentage: 10,
		BatchSize:               100,
	}
	if *username != "" {
		options.EnableNewAuth = true
		options.SetupDatabase = "admin"
		options.SetupUsername = *username
		options.SetupPassword = password.WrapPassword(os.Getenv("MONGO_PASSWORD"))
		options.SetupTimeout = 10 * time.Second
	}
	messages, err := handler.New(options)
	exitOn(err)

	listener, err := clientconn.Listen(&clientconn.NewListenerOpts{
		TCP:     address,
		Mode:    clientconn.NormalMode,
		Metrics: metrics,
		Handler: messages,
		Logger:  logger,
	})
	exitOn(err)

	running, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	go func() { fmt.Println(listener.TCPAddr().String()) }()

	listener.Run(running)
	backend.Close()
}

func exitOn(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
