/*
 * The few words of CSS that hide text.  No parser of CSS: declarations are
 * taken apart at ';' and ':' and compared without blanks and case.  A word
 * too many marks a visible text as hidden, which still shows it.
 */
#include "config.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/html_style.h"

#define STYLE_MAX	1024
#define COLOUR_MAX	16

/* Is it 0, whatever the unit? "0.9em" and "10px" are not. */
static int
is_zero(const char *value)
{
	value += strspn(value, "0");
	if (*value == '.')
		value += 1 + strspn(value + 1, "0");
	return !g_ascii_isdigit(*value);
}

static int
is_any(const char *s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(s, *list) == 0)
			return 1;
	return 0;
}

/* "white", "#fff" and "rgb(255,255,255)" are one; others as they are. */
static void
set_colour(char out[COLOUR_MAX], const char *value)
{
	static const char *const white[] = { "white", "#fff", "#ffffff",
	    "rgb(255,255,255)", "#fefefe", NULL };
	static const char *const black[] = { "black", "#000", "#000000",
	    "rgb(0,0,0)", NULL };

	(void)g_strlcpy(out, is_any(value, white) ? "white" :
	    is_any(value, black) ? "black" : value, COLOUR_MAX);
}

static int
hides(const char *name, const char *value)
{
	static const char *const sizes[] = { "font-size", "opacity",
	    "max-height", "max-width", NULL };
	static const char *const places[] = { "text-indent", "left", "top",
	    "margin-left", NULL };

	if (strcmp(name, "display") == 0)
		return g_str_has_prefix(value, "none");
	if (strcmp(name, "visibility") == 0)
		return g_str_has_prefix(value, "hidden");
	if (strcmp(name, "mso-hide") == 0)
		return g_str_has_prefix(value, "all");
	if (strcmp(name, "color") == 0)
		return strcmp(value, "transparent") == 0;
	if (is_any(name, sizes))
		return *value == '0' && is_zero(value);
	return is_any(name, places) && *value == '-' &&
	    strtol(value, NULL, 10) <= -900;
}

int
html_style_hides(const char *style)
{
	char s[STYLE_MAX], colour[COLOUR_MAX] = "", ground[COLOUR_MAX] = "";
	char *rest = s, *name, *value;
	size_t n = 0;

	for (; *style != '\0' && n < sizeof(s) - 1; style++)
		if (!g_ascii_isspace(*style))
			s[n++] = g_ascii_tolower(*style);
	s[n] = '\0';
	while ((name = strsep(&rest, ";")) != NULL) {
		if ((value = strchr(name, ':')) == NULL)
			continue;
		*value++ = '\0';
		value[strcspn(value, "!")] = '\0';	/* !important */
		if (hides(name, value))
			return 1;
		if (strcmp(name, "color") == 0)
			set_colour(colour, value);
		else if (strcmp(name, "background") == 0 ||
		    strcmp(name, "background-color") == 0)
			set_colour(ground, value);
	}
	return *colour != '\0' && strcmp(colour, ground) == 0;
}
