package telegramtest

// Delete takes one of the bot's messages out of a chat, as a person who may do so does, and reports whether it was there.
func (s *Server) Delete(chatID int64, message int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.chat(chatID).message(message)
	if m == nil || !m.mine {
		return false
	}
	m.Deleted = true
	return true
}
