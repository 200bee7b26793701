//! Throwaway PostgreSQL servers and databases for tests and benchmarks.
