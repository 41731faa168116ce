// Package feedback makes figures of what people say of alerts, and proposes the line of configuration that would have kept the bad ones away.
// It must not store or show anything, and it changes no configuration: a person pastes what it proposes, or does not.
package feedback
