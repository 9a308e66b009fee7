// The model that ships, compiled into the program: no path to find, no download.
#pragma once

#include <stddef.h>

// One of the model's files; the bytes are constants of the program.
struct animo_default_model_file {
  const unsigned char *bytes;
  size_t count;
};

// The files of Sources/CDefaultModel/es-tweets, of which its README.md tells where they come from.
struct animo_default_model_file animo_default_model_configuration(void);
struct animo_default_model_file animo_default_model_vocabulary(void);
struct animo_default_model_file animo_default_model_weights(void);
// No bytes where the model knows no marks.
struct animo_default_model_file animo_default_model_marks(void);
// What identifies the model, eight hexadecimal digits and a line feed: computing it means reading all of the
// above.
struct animo_default_model_file animo_default_model_fingerprint(void);
