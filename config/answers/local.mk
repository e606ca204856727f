# What an answer may begin with, by language.  Clients have it too.
answersendir = $(pkgdatadir)/answers/en
answersetdir = $(pkgdatadir)/answers/et
answersiddir = $(pkgdatadir)/answers/id
dist_answersen_DATA = config/answers/en/first.txt \
	config/answers/en/goodbye.txt \
	config/answers/en/referral.txt \
	config/answers/en/safety.txt \
	config/answers/en/wait.txt
dist_answerset_DATA = config/answers/et/first.txt \
	config/answers/et/goodbye.txt \
	config/answers/et/referral.txt \
	config/answers/et/safety.txt \
	config/answers/et/wait.txt
dist_answersid_DATA = config/answers/id/first.txt \
	config/answers/id/goodbye.txt \
	config/answers/id/referral.txt \
	config/answers/id/safety.txt \
	config/answers/id/wait.txt
answersdir = $(pkgdatadir)/answers
dist_answers_DATA = config/answers/README
