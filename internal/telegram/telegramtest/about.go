package telegramtest

import (
	"slices"
	"strconv"
)

// chatJSON is a chat as it appears in messages; full adds what only getChat tells.
func (s *Server) chatJSON(c *chat, full bool) map[string]any {
	m := map[string]any{"id": c.ID, "type": c.Type}
	if c.Type == Private {
		if u, ok := s.users[c.ID]; ok {
			m["first_name"] = u.FirstName
		}
	} else {
		m["title"] = c.Title
	}
	if c.Username != "" {
		m["username"] = c.Username
	}
	if c.forum() {
		m["is_forum"] = true
	}
	if !full {
		return m
	}
	m["accent_color_id"], m["max_reaction_count"] = 0, 11
	if c.Type == Group || c.Type == Supergroup {
		m["permissions"] = map[string]bool{"can_send_messages": true, "can_send_other_messages": true, "can_add_web_page_previews": true,
			"can_change_info": false, "can_invite_users": true, "can_pin_messages": false}
	}
	return m
}

func (c *chat) forum() bool { return c.Type == Supergroup && len(c.Topics) > 0 }

// member is what somebody is in a chat, as getChatMember and my_chat_member tell it.
func (c *chat) member(u User, standing Standing) map[string]any {
	m := map[string]any{"user": u, "status": standing}
	switch standing {
	case Creator:
		m["is_anonymous"] = false
	case Banned:
		m["until_date"] = 0
	case Restricted:
		m["is_member"], m["can_send_messages"], m["until_date"] = true, false, 0
	case Admin:
		for _, right := range []string{"can_manage_chat", "can_delete_messages", "can_invite_users", "can_change_info"} {
			m[right] = true
		}
		m["can_be_edited"], m["is_anonymous"], m["can_promote_members"] = false, false, false
		if c.Type == Channel {
			post := !u.IsBot || !c.NoPosting
			m["can_post_messages"], m["can_edit_messages"] = post, post
		} else {
			m["can_pin_messages"], m["can_manage_topics"] = true, c.forum()
		}
	}
	return m
}

// standing is what a user is in a chat.
func (s *Server) standing(c *chat, user int64) Standing {
	switch {
	case user == s.opts.Bot.ID:
		return c.Bot
	case c.Members[user] != "":
		return c.Members[user]
	case c.Type == Private && user != c.ID:
		return Left
	}
	return Member
}

func (s *Server) getChat(p params) (any, *apiError) {
	c, bad := s.reach(p.get("chat_id"), false)
	if bad != nil {
		return nil, bad
	}
	return s.chatJSON(c, true), nil
}

func (s *Server) getChatMember(p params) (any, *apiError) {
	c, bad := s.reach(p.get("chat_id"), false)
	if bad != nil {
		return nil, bad
	}
	id, err := strconv.ParseInt(p.get("user_id"), 10, 64)
	if err != nil || id <= 0 {
		return nil, refuse("invalid user_id specified")
	}
	if c.Type == Channel && c.Bot != Admin && c.Bot != Creator {
		return nil, refuse("member list is inaccessible")
	}
	u, ok := s.users[id]
	if !ok {
		return nil, refuse("user not found")
	}
	return c.member(u, s.standing(c, id)), nil
}

func (s *Server) getChatAdministrators(p params) (any, *apiError) {
	c, bad := s.reach(p.get("chat_id"), false)
	if bad != nil {
		return nil, bad
	}
	if c.Type == Private {
		return nil, refuse("there are no administrators in the private chat")
	}
	var ids []int64
	for id := range s.users {
		if st := s.standing(c, id); st == Creator || st == Admin {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	admins := []any{}
	for _, id := range ids {
		if u := s.users[id]; !u.IsBot || id == s.opts.Bot.ID { // other bots are left out
			admins = append(admins, c.member(u, s.standing(c, id)))
		}
	}
	return admins, nil
}
