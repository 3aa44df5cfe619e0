/* Tests that the header and the library have the same version. */

#include "test.h"

int main(int argc, char **argv)
{
    char text[64];
    set_test_dir(argc, argv);
    CHECK(cso_version() == CSO_VERSION);
    CHECK(strcmp(cso_version_string(), CSO_VERSION_STRING) == 0);
    CHECK(CSO_VERSION >> 24 == CSO_VERSION_MAJOR);
    CHECK((CSO_VERSION >> 12 & 0xFFF) == CSO_VERSION_MINOR);
    CHECK((CSO_VERSION & 0xFFF) == CSO_VERSION_PATCH);
    snprintf(text, sizeof text, "%d.%d.%d", CSO_VERSION_MAJOR, CSO_VERSION_MINOR,
             CSO_VERSION_PATCH);
    CHECK(strncmp(CSO_VERSION_STRING, text, strlen(text)) == 0);
    return 0;
}
