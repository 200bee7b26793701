SELECT count(*) AS number FROM page;
