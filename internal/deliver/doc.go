// Package deliver turns alerts that are owed into posted messages: owed, grouped, frozen as a row, posted by a sink, written down as sent.
// It must not match, render or know where a chat is: what a message looks like and how it gets there is the sink's.
//
// [Flush] is the whole path once, [Hold] the right to walk it, [Run] the loop around both, [Drain] the loop that ends. [Pacer] keeps all of them below
// the limits of the other side: replies, notices and edits are messages like alerts, so they count like them.
package deliver
