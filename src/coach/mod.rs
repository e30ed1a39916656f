//! Judgement: the rubric, the findings and what to say instead.
