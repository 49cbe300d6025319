// Compiles Beast's function bodies once (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
