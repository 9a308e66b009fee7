// The reference loops of training, with the instructions that every processor has.
#include <stdbool.h>

#define TARGET
#define VERSION animo_training_plain
#define NAME "plain"

static bool runs_here(void) { return true; }

#include "training_loops.h"
