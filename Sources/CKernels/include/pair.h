// Two threads that share one product or one step: each computes half of the blocks. For a tweet that comes
// alone, whose weights take longer to read than to multiply, and of which each processor then reads half.
//
// The caller posts a job, does its own half, and does the other one too unless the companion has claimed it
// by then. So it never waits for a companion that sleeps, only for one that is at work; and the answers are
// the same to the bit whoever computes them.
#pragma once

#include "kernels.h"

struct animo_pair;

// Whether the calling thread may run on more than one processor. On one alone a companion takes from its
// caller what it gives.
bool animo_pair_pays(void);

struct animo_pair *animo_pair_new(void);

// Frees a pair that nobody serves or uses.
void animo_pair_free(struct animo_pair *pair);

// Does the companion's share of all jobs; returns when the pair is stopped. It looks out for the next job for
// some microseconds and then sleeps until a caller begins.
void animo_pair_serve(struct animo_pair *pair);

// Ends the companion, also one that begins to serve later.
void animo_pair_stop(struct animo_pair *pair);

// Takes the pair for a series of jobs and wakes the companion; false when another caller has it.
bool animo_pair_begin(struct animo_pair *pair);

void animo_pair_end(struct animo_pair *pair);

// The same as kernels->product and kernels->step, by the caller that has the pair. A step is shared if it has
// no more than ANIMO_TILE_ROWS rows.
void animo_pair_product(struct animo_pair *pair, const struct animo_kernels *kernels,
                        const struct animo_weights *weights, const struct animo_product_rows *rows);
void animo_pair_step(struct animo_pair *pair, const struct animo_kernels *kernels,
                     const struct animo_weights *weights, const struct animo_step_rows *rows);
