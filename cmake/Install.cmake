# Installs the library, the header, and the files with which find_package(cso) and pkg-config find
# them.

set(package_dir "${CMAKE_INSTALL_DATADIR}/cso/cmake")
install(FILES include/cso.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES
    cmake/csoConfig.cmake
    cmake/csoConfigVersion.cmake
    cmake/SystemLibraries.cmake
    DESTINATION "${package_dir}")
install(FILES LICENSE-MIT LICENSE-APACHE DESTINATION "${CMAKE_INSTALL_DOCDIR}")

if(soname)
    set(file "${shared_name}.${PROJECT_VERSION}")
    install(PROGRAMS "${library}" DESTINATION "${CMAKE_INSTALL_LIBDIR}" RENAME "${file}")
    foreach(link IN ITEMS "${soname}" "${shared_name}")
        set(made "${CMAKE_CURRENT_BINARY_DIR}/links/${link}")
        file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/links")
        file(CREATE_LINK "${file}" "${made}" SYMBOLIC)
        install(FILES "${made}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
    endforeach()
elseif(CSO_SHARED AND WIN32)
    install(PROGRAMS "${library}" DESTINATION "${CMAKE_INSTALL_BINDIR}")
    install(FILES "${output_dir}/${profile_dir}/${import_name}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
else()
    install(FILES "${library}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()

list(TRANSFORM system_libraries PREPEND "-l" OUTPUT_VARIABLE private)
list(JOIN private " " private)
configure_file(cmake/cso.pc.in cso.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/cso.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
