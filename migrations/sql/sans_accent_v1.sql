-- Lower case without accents. unaccent() alone is only STABLE (its dictionary could change), so that neither an index
-- nor a generated column may use it; naming the dictionary makes the answer depend on the argument alone.
-- search_path is left alone on purpose: a SET clause would forbid inlining, and the schema is written out instead.
CREATE FUNCTION sans_accent(texte text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, texte));
