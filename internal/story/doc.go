// Package story tells which items are of one event: a Printer makes the print of an item, and an Index of the prints of recent items says which story a
// new one joins. It must not store anything or know the time: who calls it says what was there before and when it is.
//
// An item joins a story as a near-duplicate, when it shares half of its runs of three words with an item of the story (as wire copy does), or as the same
// event, when rare words of the headline and the lead, numbers, names and profiles of both agree within a few days. Between languages only numbers, names
// by their sound and profiles are compared.
//
// What it says depends on the prints that it was given and on the times, not on the process or the order in which an index of the same items was filled.
package story
