// Follows streams with r3labs/sse: client URL...
// Prints a line of JSON for each event, with the number of its URL.
package main

import (
	"context"
	"encoding/json"
	"os"
	"sync"
	"time"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"
)

type told struct {
	Way  int    `json:"way"`
	ID   string `json:"id"`
	Data string `json:"data"`
}

var (
	output   = json.NewEncoder(os.Stdout)
	printing sync.Mutex
)

func follow(way int, url string) {
	var last string
	for {
		// By itself it takes events of 64 kB at most.
		client := sse.NewClient(url, sse.ClientMaxBufferSize(1<<24))
		client.ReconnectStrategy = &backoff.StopBackOff{}
		if last != "" {
			client.LastEventID.Store([]byte(last))
		}
		connection, end := context.WithCancel(context.Background())
		_ = client.SubscribeRawWithContext(connection, func(event *sse.Event) {
			if connection.Err() != nil {
				return
			}
			printing.Lock()
			_ = output.Encode(told{way, string(event.ID), string(event.Data)})
			printing.Unlock()
			// Part of an event, when the connection was cut in it: from the last whole one again. Its ID may be cut as well.
			var whole struct{ Cursor string }
			if json.Unmarshal(event.Data, &whole) != nil {
				end()
				return
			}
			last = whole.Cursor
		})
		end()
		time.Sleep(200 * time.Millisecond)
	}
}

func main() {
	for way, url := range os.Args[1:] {
		go follow(way, url)
	}
	select {}
}
