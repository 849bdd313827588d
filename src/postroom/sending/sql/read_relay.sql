-- The relay that was chosen on the screens, sealed.
SELECT smtp_url_sealed FROM installation WHERE smtp_url_sealed IS NOT NULL
