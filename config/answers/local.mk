# What an answer may begin with, by language.  Clients have it too.
answersendir = $(pkgdatadir)/answers/en
answersetdir = $(pkgdatadir)/answers/et
answersiddir = $(pkgdatadir)/answers/id
ANSWER_TEXTS = first goodbye referral safety wait
dist_answersen_DATA = $(ANSWER_TEXTS:%=config/answers/en/%.txt)
dist_answerset_DATA = $(ANSWER_TEXTS:%=config/answers/et/%.txt)
dist_answersid_DATA = $(ANSWER_TEXTS:%=config/answers/id/%.txt)
answersdir = $(pkgdatadir)/answers
dist_answers_DATA = config/answers/README
