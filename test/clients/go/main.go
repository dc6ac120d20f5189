// Follows streams with one of Go's clients, as its documentation shows it: client CLIENT URL...
// Prints a line of JSON for each event, with the number of its URL.
package main

import (
	"context"
	"encoding/json"
	"os"
	"sync"
	"time"

	"github.com/launchdarkly/eventsource"
	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"
)

type message struct {
	Way  int    `json:"way"`
	ID   string `json:"id"`
	Data string `json:"data"`
}

type ended struct {
	Way   int  `json:"way"`
	Ended bool `json:"ended"`
}

var (
	output   = json.NewEncoder(os.Stdout)
	printing sync.Mutex
)

func tell(one interface{}) {
	printing.Lock()
	defer printing.Unlock()
	_ = output.Encode(one)
}

// It comes back by itself, and does not take what was cut off for an event.
func followEventsource(way int, url string) {
	stream, err := eventsource.SubscribeWithURL(
		url,
		eventsource.StreamOptionCanRetryFirstConnection(-1),
		// Without one each error has to be read before it continues.
		eventsource.StreamOptionErrorHandler(func(error) (result eventsource.StreamErrorHandlerResult) { return }),
	)
	if err == nil {
		for event := range stream.Events {
			tell(message{way, event.Id(), event.Data()})
		}
	}
	tell(ended{way, true})
}

func followR3labs(way int, url string) {
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
			tell(message{way, string(event.ID), string(event.Data)})
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
	follow := map[string]func(int, string){
		"launchdarkly/eventsource": followEventsource,
		"r3labs/sse":               followR3labs,
	}[os.Args[1]]
	for way, url := range os.Args[2:] {
		go follow(way, url)
	}
	select {}
}
