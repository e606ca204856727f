# Completion for shells: thin files that ask the programs.  Those of
# teduh-admin differ in the name alone.
COMPLETIONS = config/completion/teduh.bash config/completion/_teduh \
	config/completion/teduh.fish
EXTRA_DIST += $(COMPLETIONS)
COMPLETED = teduh
if !CLIENT
COMPLETED += teduh-admin
endif

install-data-hook:
	for program in $(COMPLETED); do \
		set -- \
		    '$(bashcompletiondir)' teduh.bash "$$program" \
		    '$(zshcompletiondir)' _teduh "_$$program" \
		    '$(fishcompletiondir)' teduh.fish "$$program.fish"; \
		while test $$# -gt 0; do \
			$(MKDIR_P) "$(DESTDIR)$$1" && \
			$(SED) -e "s,teduh,$$program,g" \
			    "$(srcdir)/config/completion/$$2" \
			    >"$(DESTDIR)$$1/$$3" && \
			chmod 644 "$(DESTDIR)$$1/$$3" || exit 1; \
			shift 3; \
		done; \
	done
uninstall-hook:
	for program in $(COMPLETED); do \
		rm -f "$(DESTDIR)$(bashcompletiondir)/$$program" \
		    "$(DESTDIR)$(zshcompletiondir)/_$$program" \
		    "$(DESTDIR)$(fishcompletiondir)/$$program.fish"; \
	done
