# The version of the installed header. Versions with the same major version are compatible, and of
# versions 0.x those with the same minor version.

get_filename_component(cso_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
file(STRINGS "${cso_prefix}/include/cso.h" cso_line REGEX "^#define CSO_VERSION_STRING " LIMIT_COUNT 1)
string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" PACKAGE_VERSION "${cso_line}")

string(REGEX MATCH "^(0\\.[0-9]+|[1-9][0-9]*)" cso_compatible "${PACKAGE_VERSION}")
string(REGEX MATCH "^(0\\.[0-9]+|[0-9]+)" cso_wanted "${PACKAGE_FIND_VERSION}")
if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
endif()
if(PACKAGE_FIND_VERSION VERSION_LESS_EQUAL PACKAGE_VERSION AND cso_wanted STREQUAL cso_compatible)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
