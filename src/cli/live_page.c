/* The live page: the alternate screen, drawn once a second; q or control-C ends. */
#include "live.h"
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const char enter_screen[] = "\033[?1049h\033[?25l\033[2J";
static const char leave_screen[] = "\033[?25h\033[?1049l";
static struct termios terminal_before;

static void put(const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(STDOUT_FILENO, text, length);

		if (written <= 0)
			return;
		text += written;
		length -= (size_t)written;
	}
}

void live_page_open(struct live_run *run)
{
	struct termios raw;

	if (!run->out.page)
		return;
	if (tcgetattr(STDIN_FILENO, &terminal_before) != 0) {
		run->out.page = false;
		return;
	}
	raw = terminal_before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	put(enter_screen, strlen(enter_screen));
}

void live_page_close(struct live_run *run)
{
	if (!run->out.page)
		return;
	put(leave_screen, strlen(leave_screen));
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
	run->out.page = false;
}

/* Each line is cleared to its end before it is written, so that nothing flickers. */
static void draw(const struct strbuf *text)
{
	struct strbuf screen = {0};

	strbuf_add(&screen, "\033[H");
	for (const char *line = strbuf_text(text); *line;) {
		size_t length = strcspn(line, "\n");

		strbuf_add_bytes(&screen, line, length);
		strbuf_add(&screen, "\033[K");
		line += length;
		if (*line == '\n') {
			strbuf_add(&screen, "\r\n");
			line++;
		}
	}
	strbuf_add(&screen, "\033[J");
	if (strbuf_ok(&screen))
		put(screen.text, screen.length);
	strbuf_clear(&screen);
}

/* A terminal that was stopped, or that nobody reads, would hold everything up: it gets the next picture. */
static bool takes_more(void)
{
	struct pollfd terminal = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&terminal, 1, 0) > 0 && (terminal.revents & POLLOUT);
}

void live_page_show(struct live_run *run, const char *message)
{
	const char *plain = getenv("NO_COLOR");
	struct winsize size = {0};
	struct live_state state;
	struct strbuf text = {0};
	struct err err;

	if (!run->out.page || !takes_more())
		return;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
		size = (struct winsize){.ws_col = 80, .ws_row = 24};
	live_state_fill(run, &state);
	const struct live_page page = {.state = &state,
				       .result = run->files.result,
				       .news = run->out.news,
				       .news_count = run->out.news_count,
				       .columns = size.ws_col,
				       .rows = size.ws_row,
				       .colour = !(plain && *plain),
				       .unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
				       .message = message ? message
							  : "q: end with a report   r: write a report now"};
	if (report_live_page(&text, &page, &err) == 0)
		draw(&text);
	strbuf_clear(&text);
}

bool live_page_key(struct live_run *run)
{
	char keys[32];
	ssize_t got = read(STDIN_FILENO, keys, sizeof keys);

	/* The terminal is gone. */
	if (got == 0 && !isatty(STDIN_FILENO))
		return true;
	for (ssize_t i = 0; i < got; i++) {
		if (keys[i] == 'q' || keys[i] == 'Q')
			return true;
		if (keys[i] == 'r' && live_report_has_no_place(run))
			live_page_show(run, "no report now: -o FILE gives it a place");
		else if (keys[i] == 'r')
			live_page_show(run, live_report(run) == 0 ? "the report was written"
								  : "the report could not be written");
	}
	return false;
}
