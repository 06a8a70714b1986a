/*
 * libcurl's functions, as far as they are used, each handed on to the library, which is loaded when the first
 * is called. Linked in the usual way, it and the thirty libraries that it needs took 4.5 ms of every run to
 * load, more than all others together, and only who names a server needs them. A test that plays libcurl has
 * functions of its own by these names.
 */
#include "store/store.h"
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>

/* The macros of these names, which check what they are called with. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define HANDED_ON __attribute__((weak))

/* It stays once it was loaded: then this looks at no file, as a confined process cannot. */
static void *library(void)
{
	return dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

int store_load_remote(struct err *err)
{
	void *curl = library();

	if (!curl) {
		const char *why = dlerror();

		return err_set(err, "%s", why ? why : "libcurl cannot be loaded");
	}
	(void)dlclose(curl);
	return 0;
}

/* Function NAME into FUNCTION, a pointer to it; as it is where there is none. */
static void find(const char *name, void *function)
{
	void *curl = library(), *found = curl ? dlsym(curl, name) : NULL;

	if (found)
		memcpy(function, &found, sizeof(found));
	if (curl)
		(void)dlclose(curl);
}

HANDED_ON CURL *curl_easy_init(void)
{
	__typeof__(&curl_easy_init) function = NULL;

	find("curl_easy_init", &function);
	return function ? function() : NULL;
}

HANDED_ON void curl_easy_cleanup(CURL *curl)
{
	__typeof__(&curl_easy_cleanup) function = NULL;

	if (curl)
		find("curl_easy_cleanup", &function);
	if (function)
		function(curl);
}

HANDED_ON void curl_easy_reset(CURL *curl)
{
	__typeof__(&curl_easy_reset) function = NULL;

	find("curl_easy_reset", &function);
	if (function)
		function(curl);
}

/* What follows an option is of the type that its number tells. */
HANDED_ON CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
	__typeof__(&curl_easy_setopt) function = NULL;
	CURLcode code = CURLE_FAILED_INIT;
	va_list args;

	find("curl_easy_setopt", &function);
	if (!function)
		return code;
	va_start(args, option);
	if (option < CURLOPTTYPE_OBJECTPOINT)
		/* NOLINTNEXTLINE(bugprone-branch-clone): they differ by type */
		code = function(curl, option, va_arg(args, long));
	else if (option >= CURLOPTTYPE_FUNCTIONPOINT && option < CURLOPTTYPE_OFF_T)
		code = function(curl, option, va_arg(args, curl_write_callback));
	else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
		code = function(curl, option, va_arg(args, curl_off_t));
	else
		code = function(curl, option, va_arg(args, void *));
	va_end(args);
	return code;
}

HANDED_ON CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
	__typeof__(&curl_easy_getinfo) function = NULL;
	CURLcode code = CURLE_FAILED_INIT;
	va_list args;

	find("curl_easy_getinfo", &function);
	va_start(args, info);
	if (function)
		code = function(curl, info, va_arg(args, void *));
	va_end(args);
	return code;
}

HANDED_ON CURLcode curl_easy_perform(CURL *curl)
{
	__typeof__(&curl_easy_perform) function = NULL;

	find("curl_easy_perform", &function);
	return function ? function(curl) : CURLE_FAILED_INIT;
}

HANDED_ON const char *curl_easy_strerror(CURLcode code)
{
	__typeof__(&curl_easy_strerror) function = NULL;

	find("curl_easy_strerror", &function);
	return function ? function(code) : "libcurl cannot be loaded";
}

HANDED_ON char *curl_easy_escape(CURL *curl, const char *text, int length)
{
	__typeof__(&curl_easy_escape) function = NULL;

	find("curl_easy_escape", &function);
	return function ? function(curl, text, length) : NULL;
}

HANDED_ON void curl_free(void *text)
{
	__typeof__(&curl_free) function = NULL;

	if (text)
		find("curl_free", &function);
	if (function)
		function(text);
}

HANDED_ON struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
	__typeof__(&curl_slist_append) function = NULL;

	find("curl_slist_append", &function);
	return function ? function(list, text) : NULL;
}

HANDED_ON void curl_slist_free_all(struct curl_slist *list)
{
	__typeof__(&curl_slist_free_all) function = NULL;

	if (list)
		find("curl_slist_free_all", &function);
	if (function)
		function(list);
}
