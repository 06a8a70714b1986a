/*
 * Writes the sample captures of pcaps/ into a folder: the same bytes every time. Each tells one situation;
 * pcaps/README.md says which, and what tapaudit must make of it. The scripts stand in samples/, one file a
 * product.
 *
 *   make_samples FOLDER
 */
#include "samples/cam.h"
#include "samples/converge.h"
#include "samples/dsview.h"
#include "samples/kvmnet2.h"
#include "samples/office.h"
#include "samples/wdm.h"

enum { PATH_LENGTH_MAX = 4096 };

#define SAMPLES(list) (list), sizeof(list) / sizeof *(list)

static const struct product products[] = {
    {&dsview, &dsview_gateway, SAMPLES(dsview_samples)},
    {&kvm_primary, &kvmnet2_gateway, SAMPLES(kvmnet2_samples)},
    {&cam_manager, &cam_gateway, SAMPLES(cam_samples)},
    {&boardroom, &converge_gateway, SAMPLES(converge_samples)},
    {&wdm_web, &wdm_gateway, SAMPLES(wdm_samples)},
    {&office_desk, &office_gateway, SAMPLES(office_samples)},
};

static int write_sample(const char *folder, const struct product *product, const struct sample *sample)
{
	char path[PATH_LENGTH_MAX];
	struct script script;
	int status;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, sample->file) >= sizeof path) {
		fprintf(stderr, "make_samples: the folder's name is too long\n");
		return -1;
	}
	script_start(&script);
	at(&script, FIRST_HOUR, 0, 0);
	who_has(&script, product->main_host, product->gateway);
	at(&script, LAST_HOUR, LAST_MINUTE, 0);
	who_has(&script, product->main_host, product->gateway);
	at(&script, FIRST_HOUR, LAST_MINUTE, 0);
	sample->tell(&script);
	script_sort(&script);
	status = write_capture(path, &script, sample->form, sample->keep, sample->cut);
	if (status)
		perror(path);
	script_clear(&script);
	return status;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: make_samples FOLDER\n");
		return 2;
	}
	for (size_t p = 0; p < sizeof products / sizeof *products; p++)
		for (size_t i = 0; i < products[p].count; i++)
			if (write_sample(argv[1], &products[p], &products[p].samples[i]))
				return 2;
	return 0;
}
