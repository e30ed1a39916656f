//! Behaviors and hazards in the words of a reply.
